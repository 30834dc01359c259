"""The document of a centre: read, checked, compared."""
