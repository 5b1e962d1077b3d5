"""What counties write to be shown, as facts (data/catalogue/showcase.toml): kinds of material, parts, places, limits."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from programme import settings

STORY: Final = "story"
PRACTICE: Final = "practice"
WALL: Final = "wall"
BULLETIN: Final = "bulletin"


@dataclass(frozen=True)
class Kind:
    """A kind of material: the parts it is written and reviewed in, the places it is shown at (accepted: the first), limits."""

    code: str
    name: str
    parts: tuple[str, ...]
    places: tuple[str, ...]
    max_title: int
    max_text: int
    max_pictures: int
    max_products: int
    max_tags: int

    @property
    def home(self) -> str:
        return self.places[0]


@dataclass(frozen=True)
class Part:
    code: str
    name: str
    hint: str
    optional: bool = False


@dataclass(frozen=True)
class Place:
    """Where accepted material is shown. `name` is the state, `put` and `take` the acts; `needs` the place it must be at first."""

    code: str
    name: str
    put: str
    take: str
    needs: str = ""


@dataclass(frozen=True)
class Bounds:
    """Of a picture as it is kept: pixels of the longer side, bytes."""

    side: int
    bytes: int


@dataclass(frozen=True)
class Upload:
    """What is accepted as a picture, and how it is made smaller."""

    types: tuple[str, ...]
    max_megabytes: int
    max_megapixels: int
    least_side: int
    most_ratio: int
    qualities: tuple[int, ...]
    shrink_percent: int
    picture: Bounds
    product: Bounds


@dataclass(frozen=True)
class MaterialFacts:
    limits: dict[str, int]
    upload: Upload
    kinds: dict[str, Kind]
    parts: dict[str, Part]
    genres: dict[str, str]
    places: dict[str, Place]


def _kind(block: dict[str, Any]) -> Kind:
    return Kind(**block | {"parts": tuple(block["parts"]), "places": tuple(block["places"])})


def _upload(block: dict[str, Any]) -> Upload:
    bounds = {name: Bounds(**block[name]) for name in ("picture", "product")}
    return Upload(**block | bounds | {name: tuple(block[name]) for name in ("types", "qualities")})


def load(folder: Path) -> MaterialFacts:
    """A missing or misspelt entry raises KeyError or TypeError at start."""
    facts = tomllib.loads((folder / "catalogue" / "showcase.toml").read_text(encoding="utf-8"))
    found = MaterialFacts(
        limits=facts["limits"],
        upload=_upload(facts["upload"]),
        kinds={block["code"]: _kind(block) for block in facts["kind"]},
        parts={block["code"]: Part(**block) for block in facts["part"]},
        genres={block["code"]: block["name"] for block in facts["genre"]},
        places={block["code"]: Place(**block) for block in facts["place"]},
    )
    for kind in found.kinds.values():
        _ = [found.parts[code] for code in kind.parts], [found.places[code] for code in kind.places]
    return found


@lru_cache(maxsize=8)
def _loaded(folder: str) -> MaterialFacts:
    return load(Path(folder))


def material_facts() -> MaterialFacts:
    """The facts in force; read once per folder and process."""
    return _loaded(settings.data_folder_name())
