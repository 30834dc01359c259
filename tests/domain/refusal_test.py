"""What may not be done now says so with its code and what fills its sentence."""

from domain.refusal import Refusal


def test_a_refusal_answers_with_its_code_and_what_fills_its_sentence():
    refusal = Refusal("opens_at", at=5, field="A")
    assert refusal.answer() == {
        "ok": False,
        "error": "opens_at",
        "params": {"at": 5, "field": "A"},
    }
    assert str(refusal) == "opens_at"
