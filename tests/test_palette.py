"""The colours by arithmetic: contrast, and distance for eyes that lack red or green."""

import tomllib
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from components.palette import DARK, FONT, LIGHT, Scheme, rgb
from programme.catalogue import Tier
from programme.kpis import Light

SCHEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda colours: colours.name)

BLINDNESS = {  # Machado, Oliveira, Fernandes 2009, severity 1, on linear light
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}
TO_XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
WHITE = [0.95047, 1.0, 1.08883]


def linear(colour: str) -> np.ndarray:
    value = np.array(rgb(colour)) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((float(linear(colour) @ TO_XYZ[1]) for colour in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def seen_project(eye: str, colour: str) -> np.ndarray:
    """CIE L*a*b* of a colour as this eye sees it."""
    xyz = TO_XYZ @ np.clip(BLINDNESS[eye] @ linear(colour), 0, 1) / WHITE
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(eye: str, one: str, other: str) -> float:
    return float(np.linalg.norm(seen_project(eye, one) - seen_project(eye, other)))


def over(ground: str, colour: str, opacity: float) -> str:
    mixed = np.array(rgb(colour)) * opacity + np.array(rgb(ground)) * (1 - opacity)
    return "#" + "".join(f"{round(part):02x}" for part in mixed)


@SCHEMES
def test_writing_stands_out_from_both_grounds(colours: Scheme):
    for ground in (colours.background, colours.secondary):
        caption = over(ground, colours.text, 0.6)  # as Streamlit draws captions
        assert min(contrast(ink, ground) for ink in (colours.text, colours.muted, caption)) >= 4.5
    assert contrast("#ffffff", colours.primary) >= 4.5


@SCHEMES
def test_every_mark_stands_out_from_its_ground(colours: Scheme):
    marks = [colours.accent, colours.primary, colours.outline, *colours.ramp]
    marks += [*colours.lights.values(), *colours.tiers.values()]
    assert min(contrast(mark, colours.background) for mark in marks) >= 3


@SCHEMES
@pytest.mark.parametrize("eye", BLINDNESS)
def test_the_colours_that_mean_something_differ_for_every_eye(colours: Scheme, eye: str):
    lights = [colours.green, colours.amber, colours.red]
    assert min(difference(eye, one, other) for one, other in combinations(lights, 2)) >= 19
    assert difference(eye, colours.core, colours.radiating) >= 19
    assert min(difference(eye, colours.no_data, step) for step in colours.ramp) >= 19
    assert min(difference(eye, one, other) for one, other in pairwise(colours.ramp)) >= 10


@SCHEMES
def test_the_ramp_leads_away_from_the_ground(colours: Scheme):
    steps = [contrast(step, colours.background) for step in colours.ramp]
    assert steps == sorted(steps)


@SCHEMES
def test_every_light_and_tier_has_its_colour(colours: Scheme):
    assert list(colours.lights) == [light.value for light in Light]
    assert list(colours.tiers) == [tier.value for tier in Tier]


@SCHEMES
def test_streamlit_wears_the_same_palette(colours: Scheme):
    theme = tomllib.loads(Path(".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
    worn = theme[colours.name]
    names = ["primaryColor", "backgroundColor", "secondaryBackgroundColor", "textColor", "borderColor", "linkColor"]
    assert [worn[name] for name in names] == [
        colours.primary, colours.background, colours.secondary, colours.text, colours.no_data, colours.accent,
    ]  # fmt: skip
    lights = [worn["blueColor"], worn["orangeColor"], worn["yellowColor"], worn["redColor"]]
    assert lights == [colours.green, colours.amber, colours.amber, colours.red]
    opacity = 0.1 if colours is LIGHT else 0.2  # of the ground Streamlit puts under a badge
    for name in ("blue", "orange", "yellow", "red", "gray"):
        ground = over(colours.background, worn[f"{name}Color"], opacity)
        assert contrast(worn[f"{name}TextColor"], ground) >= 4.5
    assert (theme["font"], theme["headingFont"]) == (FONT, FONT)
