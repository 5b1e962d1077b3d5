"""Drawing a sample that is spread over provinces and categories, so that anybody can draw it again from the seed.

Projects are put in an order: provinces, categories within a province and projects within a category each by the SHA-256 of the
seed and their name; then every N/n-th is taken, from a start that the seed gives. So each project has the same chance n/N, and
every province, and every category within a province, gets its share rounded down or up.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor


@dataclass(frozen=True)
class Candidate:
    no: str
    province_code: str
    category: str


def _luck(seed: str, *names: str) -> str:
    return hashlib.sha256("\x1f".join((seed, *names)).encode()).hexdigest()


def draw(candidates: Sequence[Candidate], size: int, seed: str) -> list[Candidate]:
    """So many of the candidates, by number. `size` is at most as many as there are."""
    ordered = sorted(
        candidates,
        key=lambda one: (
            _luck(seed, one.province_code), one.province_code,
            _luck(seed, one.province_code, one.category), one.category,
            _luck(seed, one.province_code, one.category, one.no), one.no,
        ),
    )  # fmt: skip
    start, step = Fraction(int(_luck(seed), 16), 16**64), Fraction(size, max(len(ordered), 1))
    chosen = [one for at, one in enumerate(ordered) if floor(start + (at + 1) * step) > floor(start + at * step)]
    return sorted(chosen, key=lambda one: one.no)
