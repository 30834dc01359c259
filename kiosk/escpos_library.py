"""python-escpos, and the one place that loads it.

Left to itself it reads its list of three hundred printers with a slow YAML reader at every start (a
third of a second on a small machine) and leaves a folder
behind in the temporary directory each time. Our profiles stand in kiosk/profiles.py, so it is given
a list of one, in a folder that goes again.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ONE_PRINTER = {
    "profiles": {
        "default": {
            "name": "Default",
            "vendor": "Generic",
            "codePages": {},
            "features": {},
            "fonts": {},
            "colors": {},
            "media": {"width": {"mm": "Unknown", "pixels": "Unknown"}},
        }
    },
    "encodings": {},
}
NAMES = ("ESCPOS_CAPABILITIES_FILE", "ESCPOS_CAPABILITIES_PICKLE_DIR")


@contextmanager
def _short_list() -> Iterator[None]:
    """While it lasts, python-escpos finds one printer, and whatever it would leave behind goes with
    this folder.
    """
    before, make_folder = {name: os.environ.get(name) for name in NAMES}, tempfile.mkdtemp
    with tempfile.TemporaryDirectory(prefix="luot-escpos-") as folder:
        file = Path(folder) / "printers.json"
        file.write_text(json.dumps(ONE_PRINTER), "utf-8")
        os.environ.update(dict(zip(NAMES, (str(file), folder), strict=True)))
        tempfile.mkdtemp = lambda *_, **__: folder  # type: ignore[assignment]
        try:
            yield
        finally:
            tempfile.mkdtemp = make_folder
            for name, value in before.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value


with _short_list():
    from escpos.capabilities import Profile as EscposProfile
    from escpos.exceptions import Error as EscposError
    from escpos.printer import Dummy, File, Network, Serial, Usb

__all__ = ["Dummy", "EscposError", "EscposProfile", "File", "Network", "Serial", "Usb"]
