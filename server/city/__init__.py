"""What everybody may know of all centres, as files that a web server sends by itself: which there
are, how long one waits there now and later today, and how it was (docs/city.md).
"""
