"""Where a line of a slip may break: the rules of `domain/line_breaks.py` with Unicode's tables."""

from domain import line_breaks
from domain.line_breaks import ZERO_WIDTH_SPACE as ZERO_WIDTH_SPACE
from domain.line_breaks import has_no_spaces as has_no_spaces


def units(word: str) -> tuple[str, ...]:
    """The parts of a word between which a line may break."""
    if not has_no_spaces(word):
        return (word.replace(ZERO_WIDTH_SPACE, ""),)
    from uniseg.linebreak import line_break_units

    return line_breaks.units(word, line_break_units)


def syllables(word: str) -> tuple[str, ...]:
    """The smallest parts of a word that stay readable."""
    from uniseg.graphemecluster import grapheme_clusters

    return line_breaks.syllables(word, grapheme_clusters)
