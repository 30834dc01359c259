"""The hub: one process that holds a centre's line and tells every screen about it."""

VERSION = "0.1.0"
