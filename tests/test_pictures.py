"""Pictures made fit to be shown: whatever comes in, what goes out is a small upright JPEG that says nothing but what it shows."""

import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from programme.errors import Unusable
from programme.material_facts import Bounds, material_facts
from programme.pictures import MEGA, Ready, ready
from tests.material_acts import a_photo

RULES = material_facts().upload
NOISE = Image.fromarray(np.random.default_rng(7).integers(0, 255, (480, 640, 3), dtype=np.uint8))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(picture: Ready) -> Image.Image:
    image = Image.open(io.BytesIO(picture.content))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_that_is_taken_comes_out_as_the_same_kind(kind: str) -> None:
    content = a_photo("#c06040", kind=kind)
    picture, image = ready(content), opened(ready(content))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (400, 320))
    assert (picture.width, picture.height) == image.size
    assert (picture.sha256, picture.uploaded_sha256) == (
        hashlib.sha256(picture.content).hexdigest(),
        hashlib.sha256(content).hexdigest(),
    )
    assert max(abs(a - b) for a, b in zip(image.getpixel((9, 9)), (0xC0, 0x60, 0x40), strict=True)) < 6  # type: ignore[arg-type]


def test_a_picture_is_turned_upright_and_nothing_that_was_said_in_the_file_is_kept() -> None:
    image = Image.new("RGB", (600, 400), "#336699")
    image.paste((255, 255, 255), (0, 0, 600, 40))
    exif = image.getexif()
    exif[0x0112], exif[0x010F] = 6, "SECRET camera"
    exif.get_ifd(0x8825)[1] = "N"
    options = {"exif": exif, "comment": b"SECRET comment", "icc_profile": b"SECRET profile", "xmp": b"SECRET xmp"}
    content = saved(image, "JPEG", quality=95, **options)
    assert content.count(b"SECRET") == 4
    shown = opened(ready(content))
    assert shown.size == (400, 600)
    assert min(shown.getpixel((390, 300))) > 240  # type: ignore[type-var]
    assert (dict(shown.getexif()), b"SECRET" in ready(content).content) == ({}, False)
    assert set(shown.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


def test_the_most_crowded_picture_becomes_small_enough() -> None:
    content, bounds = saved(NOISE, "JPEG", quality=95), Bounds(640, 60_000)
    picture = ready(content, bounds)
    assert len(picture.content) <= bounds.bytes < len(content)
    assert picture == ready(content, bounds), "the same file gives the same bytes"
    assert max(picture.width, picture.height) < 640, "where the worst quality is too large, the picture becomes smaller"
    assert len(ready(content, RULES.product).content) <= RULES.product.bytes


def test_a_wide_picture_ends_within_the_bounds() -> None:
    picture = ready(a_photo(size=(2400, 900), kind="JPEG"))
    assert (picture.width, picture.height) == (1600, 600)


@pytest.mark.parametrize(
    ("image", "dot"),
    [
        (Image.new("RGBA", (400, 320), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("LA", (400, 320), (0, 255)), (0, 0, 0)),
        (Image.new("1", (400, 320), 1), (255, 255, 255)),
        (Image.fromarray(np.full((320, 400), 40_000, dtype=np.uint16)), (156, 156, 156)),
    ],
    ids=["transparent", "grey", "two colours", "16 bits"],
)
def test_every_way_of_keeping_colours_is_understood(image: Image.Image, dot: tuple[int, int, int]) -> None:
    assert opened(ready(saved(image, "PNG"))).getpixel((5, 5)) == dot


def test_of_a_moving_picture_the_first_is_kept() -> None:
    still = Image.new("RGB", (400, 320), "#000000")
    moving = saved(still, "WEBP", save_all=True, append_images=[Image.new("RGB", (400, 320), "#ffffff")])
    assert (opened(ready(moving)).getpixel((5, 5)), getattr(opened(ready(moving)), "n_frames", 1)) == ((0, 0, 0), 1)


def bomb() -> bytes:
    """A few bytes that say they are 108 million dots."""
    header = b"IHDR" + struct.pack(">II", 12_000, 9_000) + b"\x08\x02\0\0\0"
    sound = saved(Image.new("RGB", (4, 4)), "PNG")
    return sound[:12] + header + struct.pack(">I", zlib.crc32(header)) + sound[33:]


def endless() -> bytes:
    """A picture whose last scan, of a few bytes, is there again and again."""
    sound = saved(Image.new("L", (400, 320), 9), "JPEG", progressive=True)
    last = sound.rindex(b"\xff\xda")
    return sound[:last] + sound[last:-2] * 41 + sound[-2:]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: b"", "图片文件是空的"),
        (lambda: b"\0" * (RULES.max_megabytes * MEGA + 1), "请不超过15MB，这个文件有15.0MB"),
        (lambda: a_photo(kind="GIF"), "只收 JPG、PNG、WebP"),
        (lambda: a_photo(kind="BMP"), "只收 JPG、PNG、WebP"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "只收 JPG、PNG、WebP"),
        (lambda: b"%PDF-1.4", "只收 JPG、PNG、WebP"),
        (lambda: saved(NOISE, "JPEG")[:20_000], "文件损坏"),
        (lambda: saved(NOISE, "PNG")[:20_000], "文件损坏"),
        (bomb, "请不超过4000万像素"),
        (endless, "分层过多"),
        (lambda: a_photo(size=(299, 900)), "图片太小（299×900像素）"),
        (lambda: a_photo(size=(300, 1201)), "图片过于细长"),
    ],
    ids=["empty", "heavy", "gif", "bmp", "svg", "pdf", "short jpeg", "short png", "bomb", "endless", "small", "thin"],
)
def test_what_cannot_be_shown_is_refused_with_what_to_do(content: Callable[[], bytes], sentence: str) -> None:
    with pytest.raises(Unusable, match=sentence):
        ready(content())


SOUND = [a_photo(kind=kind) for kind in ("JPEG", "PNG", "WEBP")]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SOUND), st.integers(0, 2_000), st.binary(min_size=1, max_size=40))
@example(SOUND[1], 16, b"\xff\xff\xff\xff\xff\xff\xff\xff")
def test_no_bytes_do_anything_but_become_a_picture_or_a_sentence(sound: bytes, place: int, rest: bytes) -> None:
    """A sound file with some of its bytes replaced, wherever it hurts."""
    place %= len(sound)
    with suppress(Unusable):
        picture = ready(sound[:place] + rest + sound[place + len(rest) :])
        assert (opened(picture).format, len(picture.content) <= RULES.picture.bytes) == ("JPEG", True)
