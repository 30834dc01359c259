"""The rules of the line. The standard library only; no clock, no SQL, no sockets."""
