"""SQL, and only here: what a centre's line is written down in."""
