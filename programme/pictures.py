"""A user's picture made fit to be shown: decoded, turned upright, made smaller and encoded anew, so that nothing of the file
but what is seen in it is kept: no place, no camera, no second picture, no script."""

import hashlib
import io
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final

from PIL import Image, ImageOps

from programme.errors import Unusable
from programme.material_facts import Bounds, Upload, material_facts

MEDIA_TYPE: Final = "image/jpeg"
SCREEN_TYPE: Final = "image/webp"
KINDS: Final = ("JPEG", "PNG", "WEBP")
MEGA: Final = 1_000_000
WHITE: Final = (255, 255, 255)
SMOOTH: Final = ("RGB", "RGBA", "L", "LA")
"""Kept in such a way that they can be made smaller as they are: before anything is copied."""
BROKEN: Final = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, OverflowError, struct.error, zlib.error,
)  # fmt: skip
"""What the decoders raise for bytes that are no sound picture."""
SCAN: Final = re.compile(rb"\xff\xda\x00[\x06\x08\x0a\x0c\x0e]")
"""The beginning of a scan of a JPEG, with the only lengths a decoder takes."""
MOST_SCANS: Final = 40
"""A progressive JPEG has about ten; each is decoded over the whole picture, and one of a few bytes may be repeated at will."""
AT_ONCE: Final = BoundedSemaphore(2)
"""So that many uploads together leave a processor to everybody else."""
BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Ready:
    """A picture as it will be kept and shown; `uploaded_sha256` is the digest of the file it came from."""

    content: bytes
    width: int
    height: int
    uploaded_sha256: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def ready(content: bytes, bounds: Bounds | None = None) -> Ready:
    """The picture within these bounds (those of a picture of a story when None). Raises Unusable with what to do.

    Takes up to a second of a processor: not to be done while a transaction is open.
    """
    rules = material_facts().upload
    with AT_ONCE:
        shown = _decoded(content, rules, bounds or rules.picture)
        encoded, size = _small_enough(shown, rules, bounds or rules.picture)
    return Ready(encoded, *size, hashlib.sha256(content).hexdigest())


def for_screen(content: bytes, side: int, quality: int) -> tuple[bytes, tuple[int, int]] | None:
    """A picture that is kept as WebP, its longer side at most `side`, and its size; None for what is smaller as it is, and for
    what cannot be read. The same picture gives the same bytes."""
    try:
        with AT_ONCE, Image.open(io.BytesIO(content), formats=KINDS) as image:
            shown = _on_white(image)
            shown.thumbnail((side, side), Image.Resampling.LANCZOS)
            file = io.BytesIO()
            shown.save(file, "WEBP", quality=quality, method=4)
    except (*BROKEN, *BOMBS):
        return None
    return (file.getvalue(), shown.size) if file.tell() < len(content) else None


def _decoded(content: bytes, rules: Upload, bounds: Bounds) -> Image.Image:
    """Upright, without transparency, no larger than the bounds; its size is looked at before a single dot is decoded."""
    if not content:
        raise Unusable("图片文件是空的，请重新选择。")
    if len(content) > rules.max_megabytes * MEGA:
        raise Unusable(f"图片请不超过{rules.max_megabytes}MB，这个文件有{len(content) / MEGA:.1f}MB。请压缩后再上传。")
    if content.startswith(b"\xff\xd8") and len(SCAN.findall(content)) > MOST_SCANS:
        raise Unusable("这张JPG图片分层过多，无法处理。请用看图软件另存为 JPG 后再上传。")
    try:
        with Image.open(io.BytesIO(content), formats=KINDS) as image:
            _refuse_size(image.size, rules)
            image.draft("RGB", (bounds.side, bounds.side))
            ImageOps.exif_transpose(image, in_place=True)
            if image.mode in SMOOTH:
                _shrink(image, bounds)
            shown = _on_white(image)
            _shrink(shown, bounds)
            return shown
    except BOMBS:
        raise Unusable(_too_large(rules)) from None
    except BROKEN:
        raise Unusable(
            "打不开这张图片：只收 JPG、PNG、WebP，文件损坏或其他格式改名的也打不开。请另存为 JPG 后再上传。"
        ) from None


def _shrink(image: Image.Image, bounds: Bounds) -> None:
    image.thumbnail((bounds.side, bounds.side), Image.Resampling.LANCZOS)


def _refuse_size(size: tuple[int, int], rules: Upload) -> None:
    if size[0] * size[1] > rules.max_megapixels * MEGA:
        raise Unusable(_too_large(rules))
    if min(size) < rules.least_side:
        raise Unusable(
            f"图片太小（{size[0]}×{size[1]}像素），放大后会模糊。请上传短边不少于{rules.least_side}像素的图片。"
        )
    if max(size) > rules.most_ratio * min(size):
        raise Unusable(
            f"图片过于细长（{size[0]}×{size[1]}像素），长边请不超过短边的{rules.most_ratio}倍，裁剪后再上传。"
        )


def _too_large(rules: Upload) -> str:
    return f"图片的像素过多，请不超过{rules.max_megapixels * 100}万像素，缩小后再上传。"


def _on_white(image: Image.Image) -> Image.Image:
    """Three colours on a new ground, so that no word of the old file comes along; what shines through shows white."""
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    seen = image.convert("RGBA" if image.has_transparency_data else "RGB")
    ground = Image.new("RGB", seen.size, WHITE)
    ground.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    return ground


def _small_enough(image: Image.Image, rules: Upload, bounds: Bounds) -> tuple[bytes, tuple[int, int]]:
    """The first try that is small enough: quality is given up first, then size."""
    for tried in _smaller_and_smaller(image, rules.shrink_percent):
        for quality in rules.qualities:
            encoded = _jpeg(tried, quality)
            if len(encoded) <= bounds.bytes:
                return encoded, tried.size
    raise Unusable("这张图片压缩后仍然过大，请换一张。")


def _smaller_and_smaller(image: Image.Image, percent: int) -> Iterator[Image.Image]:
    while min(image.size) > 1:
        yield image
        image = image.resize((image.width * percent // 100, image.height * percent // 100), Image.Resampling.LANCZOS)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    """The same picture gives the same bytes."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
    return file.getvalue()
