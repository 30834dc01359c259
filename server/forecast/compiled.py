"""The one place that knows numba: functions compiled to machine code, if it is there."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def available() -> bool:
    """Whether functions can be compiled here; without it the plain rule tells every estimate."""
    return find_spec("numba") is not None


def compiled(function: F) -> F:
    """The same function as machine code, made at its first call and kept on disk where it can.

    It may use numbers and the numpy arrays it is handed, and makes none itself: so nothing is
    counted each time an array is touched, which would take half of the time (`_nrt`).
    """
    import numba

    njit: Any = numba.njit  # its types do not know `_nrt`
    made: F = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function)
    return made


def inlined(function: F) -> F:
    """The same for a small function that compiled ones call often: put into each of them, since
    handing over a dozen arrays costs more than what it does.
    """
    import numba

    njit: Any = numba.njit
    made: F = njit(inline="always", error_model="numpy", _nrt=False)(function)
    return made
