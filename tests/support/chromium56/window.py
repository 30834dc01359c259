"""One window of Chromium 56 (Qt WebEngine 5.9): `python window.py QT_FOLDER WIDTH HEIGHT ADDRESS`.

The wheel's Python binding is for interpreters of its own time, so Qt's C++ is called by its mangled
names. Objects lie in memory that is larger than they are and live until the process ends.
"""

import ctypes
import sys
from pathlib import Path

QT_VERSION = 0x050903


def main(qt: str, width: str, height: str, address: str) -> int:
    """Show the address until the window is closed; returns Qt's exit code."""
    libraries = [
        ctypes.CDLL(str(Path(qt) / "lib" / f"libQt5{name}.so.5"), mode=ctypes.RTLD_GLOBAL)
        for name in ("Core", "Gui", "Widgets", "WebEngineWidgets")
    ]

    def call(name: str, *arguments: object) -> int:
        function = next(getattr(lib, name) for lib in libraries if hasattr(lib, name))
        function.argtypes = [
            ctypes.c_int if isinstance(argument, int) else ctypes.c_void_p for argument in arguments
        ]
        return int(function(*arguments))

    count, words = ctypes.c_int(1), (ctypes.c_char_p * 2)(b"chromium56", None)
    application, view = ctypes.create_string_buffer(64), ctypes.create_string_buffer(256)
    text, url, size = (
        ctypes.c_void_p(),
        ctypes.c_void_p(),
        (ctypes.c_int * 2)(int(width), int(height)),
    )
    call("_ZN12QApplicationC1ERiPPci", application, ctypes.byref(count), words, QT_VERSION)
    raw = address.encode()
    call("_ZN7QString15fromUtf8_helperEPKci", ctypes.byref(text), raw, len(raw))
    call("_ZN4QUrlC1ERK7QStringNS_11ParsingModeE", ctypes.byref(url), ctypes.byref(text), 0)
    call("_ZN14QWebEngineViewC1EP7QWidget", view, None)
    call("_ZN7QWidget6resizeERK5QSize", view, size)
    call("_ZN14QWebEngineView4loadERK4QUrl", view, ctypes.byref(url))
    call("_ZN7QWidget4showEv", view)
    return call("_ZN12QApplication4execEv")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
