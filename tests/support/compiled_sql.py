"""What SQLAlchemy has compiled, kept for the whole test process: each test opens a database of its
own, and each new engine would compile every statement anew, a quarter of such a test's time.
"""

from typing import Any

from sqlalchemy import Dialect, Engine

_begin = Engine.__init__
_shared: dict[object, tuple[Dialect, Any]] = {}


def _begun(
    engine: Engine, pool: Any, dialect: Dialect, url: Any, *others: Any, **more: Any
) -> None:
    """An engine with the dialect, and what was compiled for it, of the first of its kind that has
    been connected: a dialect that no database has answered yet does not know itself.
    """
    own: Any = dialect
    kind = (type(dialect), own._json_serializer, own._on_connect_isolation_level)
    first, compiled = _shared.get(kind, (dialect, None))
    is_ready = first.server_version_info is not None
    _begin(engine, pool, first if is_ready else dialect, url, *others, **more)
    if is_ready:
        engine._compiled_cache = compiled
    else:
        _shared[kind] = dialect, engine._compiled_cache


def share() -> None:
    """From now on."""
    Engine.__init__ = _begun  # type: ignore[assignment, method-assign]
