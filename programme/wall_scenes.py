"""The scenes of the expo wall as facts: which there are, how they stand until the office arranges them otherwise."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from programme import settings


@dataclass(frozen=True)
class Scene:
    """One scene of the wall. `seconds` is how long one step of it stays."""

    code: str
    name: str
    seconds: int
    on: bool
    hint: str = ""


@dataclass(frozen=True)
class WallFacts:
    """expo.toml: the usual order of the scenes, the limits within which the office may arrange them, the words and indicators
    on the wall."""

    title: str
    programmes: tuple[str, str]
    scenes: tuple[Scene, ...]
    least_seconds: int
    most_seconds: int
    poll_seconds: int
    rest_seconds: int
    retry_seconds: int
    products_on_a_page: int
    picture_megabytes: int
    picture_side: int
    small_picture_side: int
    qualities: tuple[tuple[int, int], ...]
    figures: tuple[str, ...]
    group_figures: tuple[str, ...]

    def quality(self, megabytes: float) -> int:
        """In which pictures are encoded of which there are so many megabytes as they are kept: the more, the coarser."""
        return next((quality for most, quality in self.qualities if megabytes <= most), self.qualities[-1][1])

    def scene(self, code: str) -> Scene:
        """Raises StopIteration for a code that is none."""
        return next(scene for scene in self.scenes if scene.code == code)


def wall_facts() -> WallFacts:
    return _loaded(settings.data_folder_name())


@lru_cache(maxsize=8)
def _loaded(folder: str) -> WallFacts:
    facts = tomllib.loads((Path(folder) / "catalogue" / "expo.toml").read_text(encoding="utf-8"))
    first, second = facts["programmes"]
    scenes = tuple(Scene(**block) for block in facts["scene"])
    figures, group_figures = tuple(facts["figures"]), tuple(facts["group_figures"])
    qualities = tuple(sorted((most, int(quality)) for quality, most in facts["qualities"].items()))
    return WallFacts(
        facts["title"], (first, second), scenes, **facts["limits"], qualities=qualities, figures=figures,
        group_figures=group_figures,
    )  # fmt: skip
