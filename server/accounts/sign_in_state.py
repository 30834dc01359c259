"""What a sign-in that takes two steps keeps between them, in the browser that began it: sealed by
the key of the house, good for ten minutes, and once.

Nothing is written down for strangers who begin and never end.
"""

import json
import secrets
from collections.abc import Callable
from typing import Any

from domain.refusal import Refusal

from ..store import ways_in
from ..store.engine import Store
from ..store.errors import KeyTrouble

GOOD_MS = 10 * 60_000


class SignInState:
    """Seals what a step needs of the one before, and opens it again. `kind` keeps what was begun
    for one way in from another.
    """

    def __init__(self, store: Store, clock: Callable[[], int], kind: str) -> None:
        self._store, self._clock, self._kind = store, clock, kind

    def begin(self, **values: str) -> str:
        """What the browser keeps. Raises Refusal sign_in_off where the key of the house is lost."""
        content = {
            **values,
            "kind": self._kind,
            "id": secrets.token_hex(16),
            "until": self._clock() + GOOD_MS,
        }
        try:
            return self._store.house_key.seal(json.dumps(content))
        except KeyTrouble:
            raise Refusal("sign_in_off") from None

    def read(self, sealed: str) -> dict[str, Any] | None:
        """What `begin` was given, or None for what is none, is another way's or is over."""
        try:
            plain = self._store.house_key.open(sealed) if sealed.startswith("sealed:") else ""
            content = json.loads(plain)
        except (KeyTrouble, ValueError):
            return None
        good = content.get("kind") == self._kind and self._clock() <= content.get("until", 0)
        return content if good else None

    def take(self, content: dict[str, Any]) -> bool:
        """Carry out the sign-in of `read`; False where it was carried out before."""
        now = self._clock()
        with self._store.change() as conn:
            return ways_in.is_first_use(conn, content["id"], now, now - 2 * GOOD_MS)
