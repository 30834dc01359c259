"""What may not be done now, with its documented code."""

from typing import Any


class Refusal(Exception):
    """An act that may not be done now.

    `code` is one of the documented codes; `params` fill its sentence.
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params

    def answer(self) -> dict[str, Any]:
        """The refusal in the ack's shape, without its sentence."""
        return {"ok": False, "error": self.code, "params": self.params}
