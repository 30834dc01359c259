"""Pictures and films that boards show: what a file is, the library of a centre."""
