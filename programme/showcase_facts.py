"""What is shown of a county: its story, products and pictures, and practices of the library, as those who show them read it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ShownPicture:
    """A picture as it was re-encoded: without metadata, bounded in size. `rights` names whose it is."""

    sha256: str
    media_type: str
    content: bytes
    width: int
    height: int
    alt: str
    rights: str


@dataclass(frozen=True)
class ShownProduct:
    """`price_fen` in 分, None when no price is given; `link` is the address of its shop, "" without one."""

    name: str
    spec: str
    price_fen: int | None
    link: str
    picture: ShownPicture | None = None


@dataclass(frozen=True)
class ShownStory:
    """The story of a county that the office has put on show."""

    county_id: int
    code: str
    county: str
    province: str
    brand: str
    title: str
    text: str
    pictures: tuple[ShownPicture, ...]
    products: tuple[ShownProduct, ...]
    sample: bool


@dataclass(frozen=True)
class ShownPractice:
    """An entry of the library (经验总结、模式提炼、案例) that has been accepted."""

    id: int
    county_id: int
    county: str
    kind: str
    title: str
    text: str
    tags: tuple[str, ...]
    pictures: tuple[ShownPicture, ...]
    sample: bool
