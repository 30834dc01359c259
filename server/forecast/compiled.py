"""The one place that knows numba: functions compiled to machine code, if it is there."""

import hashlib
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
#: The files whose functions are compiled into each other.
SOURCES = ("compiled.py", "line.py", "paths.py")


def available() -> bool:
    """Whether functions can be compiled here; without it the plain rule tells every estimate."""
    return find_spec("numba") is not None


def compiled(function: F) -> F:
    """The same function as machine code, made at its first call and kept on disk where it can.

    It may use numbers and the numpy arrays it is handed, and makes none itself: so nothing is
    counted each time an array is touched, which would take half of the time (`_nrt`).
    """
    njit = _njit()
    try:
        made: F = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function)
    except RuntimeError:  # nowhere to keep it: compiled anew at each start
        made = njit(nogil=True, error_model="numpy", _nrt=False)(function)
    return made


def inlined(function: F) -> F:
    """The same for a small function that compiled ones call often: put into each of them, since
    handing over a dozen arrays costs more than what it does.
    """
    made: F = _njit()(inline="always", error_model="numpy", _nrt=False)(function)
    return made


def _njit() -> Any:
    """numba's decorator, which keeps what it made in a folder of these very sources: by itself it
    would go on with old code of one file compiled into another that did not change.
    """
    import numba

    here = Path(__file__).parent
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or here / "__pycache__")
    whole = b"".join((here / name).read_bytes() for name in SOURCES)
    config: Any = numba.config
    config.CACHE_DIR = str(folder / f"numba-{hashlib.sha256(whole).hexdigest()[:16]}")
    return numba.njit
