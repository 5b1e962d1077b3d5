"""The words typed into a box 查找: so few and so short that both stores can look for all of them."""

from typing import Final

LONGEST: Final = 100
MOST_WORDS: Final = 10


def search_words(text: str) -> list[str]:
    """The first ten words of the first hundred characters."""
    return text[:LONGEST].split()[:MOST_WORDS]
