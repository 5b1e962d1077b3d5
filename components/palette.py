"""The two colour schemes. Tried in simulations of red and green blindness; tests/test_palette.py holds the arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FONT: Final = "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif"


@dataclass(frozen=True)
class Scheme:
    """Colours as #rrggbb on `background`. `green` is the word of the documents for 正常: the colour itself is blue.

    `text` and `muted` are for writing; `grid` and `no_data` are faint fills that carry no figure alone;
    `outline` draws the edge of a `no_data` area; `primary` carries Streamlit's white writing on buttons; the rest are marks.
    """

    name: str
    background: str
    secondary: str
    text: str
    muted: str
    grid: str
    outline: str
    accent: str
    primary: str
    green: str
    amber: str
    red: str
    core: str
    radiating: str
    no_data: str
    ramp: tuple[str, str, str, str, str]

    @property
    def lights(self) -> Mapping[str, str]:
        """Colour of each `programme.kpis.Light` by its value."""
        return {"green": self.green, "amber": self.amber, "red": self.red, "none": self.outline}

    @property
    def tiers(self) -> Mapping[str, str]:
        """Colour of each `programme.catalogue.Tier` by its value."""
        return {"core": self.core, "radiating": self.radiating}


LIGHT: Final = Scheme(
    name="light",
    background="#ffffff",
    secondary="#f4f6f8",
    text="#10151b",
    muted="#56606e",
    grid="#e4e8ed",
    outline="#7d8794",
    accent="#3d4f8f",
    primary="#3d4f8f",
    green="#0b6e99",
    amber="#b07d00",
    red="#b02f1a",
    core="#6b2480",
    radiating="#a37bb5",
    no_data="#d8dce2",
    ramp=("#38a1ac", "#1a839b", "#0f6585", "#10476d", "#102951"),
)

DARK: Final = Scheme(
    name="dark",
    background="#11161c",
    secondary="#1b222b",
    text="#e8ecf1",
    muted="#a3adba",
    grid="#2a323c",
    outline="#7f8a98",
    accent="#9db0f0",
    primary="#5d71c2",
    green="#5bb8e8",
    amber="#f2c14e",
    red="#f0876a",
    core="#e3b3f5",
    radiating="#a07ab3",
    no_data="#3a434f",
    ramp=("#436598", "#478aba", "#57afd4", "#7ad4e6", "#b8f3f3"),
)


def rgb(colour: str) -> tuple[int, int, int]:
    """#0b6e99 → (11, 110, 153), as pydeck wants it."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue
