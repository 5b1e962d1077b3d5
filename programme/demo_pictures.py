"""Quiet pictures for the sample stories, drawn here: hills under a sky, or fruits on a cloth, with a name and 示例数据 on them."""

import io
import math
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont, ImageOps

from programme import settings

SCENE: Final = (1280, 720)
PRODUCT: Final = (720, 540)
FACE: Final = "NotoSansCJKsc-Bold-part.otf"
Tones = tuple[str, str, str, str, str]
"""Sky above, sky below, and three hills from far to near."""
MORNING: Final[Tones] = ("#9fc2d8", "#f2ead8", "#9db4a6", "#6f9480", "#46705c")
DUSK: Final[Tones] = ("#8d9ac2", "#f3d9c2", "#a99aae", "#7d7796", "#565a7d")
AUTUMN: Final[Tones] = ("#b9cfdc", "#f7ecd2", "#cdb283", "#b08a55", "#86623a")
INK: Final = "#24303a"


@lru_cache(maxsize=4)
def _face(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(settings.ROOT / "data" / "fonts" / FACE, size)


def landscape(name: str, tones: Tones, seed: int) -> bytes:
    """Hills whose lines follow from the seed, as a file that somebody might upload."""
    width, height = SCENE
    image = ImageOps.colorize(Image.linear_gradient("L").resize(SCENE), tones[0], tones[1])
    draw = ImageDraw.Draw(image)
    sun = 250 + seed * 137 % 700
    draw.ellipse((sun, 120, sun + 130, 250), fill="#fbf4e2")
    for layer, tone in enumerate(tones[2:]):
        base, swing = 330 + layer * 110, 70 - layer * 14
        line = [
            (x, base + swing * math.sin(x / (210 - layer * 30) + seed + layer) + 24 * math.sin(x / 83 + seed * layer))
            for x in range(0, width + 16, 16)
        ]
        draw.polygon([*line, (width, height), (0, height)], fill=tone)
    _label(draw, name, SCENE, 56)
    return _file(image)


def fruits(name: str, colour: str, seed: int) -> bytes:
    """Some round things on a cloth."""
    image = Image.new("RGB", PRODUCT, "#efe8da")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 330, *PRODUCT), fill="#d9ccb4")
    for number in range(5):
        x, y, size = 110 + number * 105, 210 + (number * 5 + seed) % 3 * 42, 118 + (number + seed) % 3 * 16
        draw.ellipse((x + 8, y + size - 22, x + size + 14, y + size + 10), fill="#c3b495")
        draw.ellipse((x, y, x + size, y + size), fill=colour)
        draw.ellipse((x + size // 5, y + size // 6, x + size // 2, y + size // 3), fill="#fff6e6")
    _label(draw, name, PRODUCT, 40)
    return _file(image)


def _label(draw: ImageDraw.ImageDraw, name: str, size: tuple[int, int], height: int) -> None:
    """A name at the foot, on a strip on which it can be read; what kind of picture it is in the corner."""
    strip = height * 2
    draw.rectangle((0, size[1] - strip, *size), fill="#f6f2e8")
    draw.text((height // 2, size[1] - strip // 2), name, fill=INK, font=_face(height), anchor="lm")
    right = size[0] - height // 2
    draw.text((right, size[1] - strip // 2), "示例数据", fill=INK, font=_face(height // 2), anchor="rm")


def _file(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=92)
    return file.getvalue()
