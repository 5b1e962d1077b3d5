"""Which pictures the wall carries, because it is one file that walls fetch whole: each as small as its scene shows it on the
widest screen; all of them, or as many as its bound allows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final

from programme.pictures import SCREEN_TYPE, for_screen
from programme.showcase_facts import ShownPicture, ShownPractice, ShownProduct, ShownStory
from programme.wall_scenes import wall_facts

MEGA: Final = 1_000_000
MOST_KEPT: Final = 40 * MEGA
"""Bytes of pictures that a process remembers, twice what a wall may carry: the oldest go first."""
_Made = tuple[bytes, tuple[int, int]] | None
_kept, _keeping = dict[tuple[str, int, int], _Made](), Lock()
"""Pictures made for the wall by digest, side and quality: each is made once, not with every wall."""


@dataclass(frozen=True)
class OnWall:
    """The stories told, those whose products are shown, and the practices, each of them with at most one picture."""

    told: tuple[ShownStory, ...] = ()
    selling: tuple[ShownStory, ...] = ()
    practices: tuple[ShownPractice, ...] = ()


def on_wall(
    told: Sequence[ShownStory], selling: Sequence[ShownStory], practices: Sequence[ShownPractice] = ()
) -> OnWall:
    """With every picture as the wall carries it, under the digest of the one that is kept."""
    practices = [replace(one, pictures=one.pictures[:1]) for one in practices]
    sides: dict[str, int] = {}
    for picture, side in _placed(told, selling, practices):
        sides[picture.sha256] = max(side, sides.get(picture.sha256, 0))
    quality = wall_facts().quality(size(OnWall(tuple(told), tuple(selling), tuple(practices))) / MEGA)

    def made(picture: ShownPicture) -> ShownPicture:
        return _small(picture, sides[picture.sha256], quality)

    def shelf(product: ShownProduct) -> ShownProduct:
        return replace(product, picture=made(product.picture)) if product.picture else product

    return OnWall(
        tuple(replace(story, pictures=tuple(map(made, story.pictures))) for story in told),
        tuple(replace(story, products=tuple(map(shelf, story.products))) for story in selling),
        tuple(replace(one, pictures=tuple(map(made, one.pictures))) for one in practices),
    )


def within(shown: OnWall, most: int) -> OnWall:
    """What of it has room, with pictures of at most so many bytes, each counted once.

    What goes first: the pictures behind the first of every story, then those of practices, then those of products, then
    stories' first ones from the last story on. Nothing goes while all fit.
    """
    if size(shown) > most:
        shown = replace(shown, told=tuple(replace(story, pictures=story.pictures[:1]) for story in shown.told))
    if size(shown) > most:
        shown = replace(shown, practices=tuple(replace(one, pictures=()) for one in shown.practices))
    if size(shown) > most:
        shown = replace(shown, selling=tuple(map(_without, shown.selling)))
    at = len(shown.told)
    while at and size(shown) > most:
        at -= 1
        bare = replace(shown.told[at], pictures=())
        shown = replace(shown, told=(*shown.told[:at], bare, *shown.told[at + 1 :]))
    return shown


def pictures(shown: OnWall) -> dict[str, ShownPicture]:
    """By digest."""
    every = _placed(shown.told, shown.selling, shown.practices)
    return {picture.sha256: picture for picture, _ in every}


def size(shown: OnWall) -> int:
    return sum(len(picture.content) for picture in pictures(shown).values())


def _placed(
    told: Sequence[ShownStory], selling: Sequence[ShownStory], practices: Sequence[ShownPractice]
) -> Iterator[tuple[ShownPicture, int]]:
    """Every picture and how long its longer side is to be: of two in a story both are shown large, of more the first."""
    large, small = wall_facts().picture_side, wall_facts().small_picture_side
    for story in told:
        both = len(story.pictures) == 2
        yield from ((one, large if both or not at else small) for at, one in enumerate(story.pictures))
    yield from ((product.picture, small) for story in selling for product in story.products if product.picture)
    yield from ((one, large) for practice in practices for one in practice.pictures)


def _small(picture: ShownPicture, side: int, quality: int) -> ShownPicture:
    made = _encoded(picture, side, quality)
    if made is None:
        return picture
    content, (width, height) = made
    return replace(picture, media_type=SCREEN_TYPE, content=content, width=width, height=height)


def _encoded(picture: ShownPicture, side: int, quality: int) -> _Made:
    key = picture.sha256, side, quality
    with _keeping:
        if key in _kept:
            return _kept[key]
    made = for_screen(picture.content, side, quality)
    with _keeping:
        _kept[key] = made
        while sum(len(one[0]) for one in _kept.values() if one) > MOST_KEPT:
            del _kept[next(iter(_kept))]
    return made


def _without(story: ShownStory) -> ShownStory:
    return replace(story, products=tuple(replace(product, picture=None) for product in story.products))
