"""Which pictures the wall carries: all of them, or as many as its bound allows, because it is one file that walls fetch whole."""

from collections.abc import Sequence
from dataclasses import replace

from programme.showcase_facts import ShownPicture, ShownProduct, ShownStory

Told = list[ShownStory]


def within(told: Sequence[ShownStory], selling: Sequence[ShownStory], most: int) -> tuple[Told, Told]:
    """The stories told and those whose products are shown, with pictures of at most so many bytes, each counted once.

    What goes first: the pictures behind the first of every story, then those of products, then stories' first ones from the
    last story on. Nothing goes while all fit.
    """
    stories, shelves = list(told), list(selling)
    if size(stories, shelves) > most:
        stories = [replace(story, pictures=story.pictures[:1]) for story in stories]
    if size(stories, shelves) > most:
        shelves = [replace(story, products=tuple(map(_without, story.products))) for story in shelves]
    at = len(stories)
    while at and size(stories, shelves) > most:
        at -= 1
        stories[at] = replace(stories[at], pictures=())
    return stories, shelves


def pictures(told: Sequence[ShownStory], selling: Sequence[ShownStory]) -> dict[str, ShownPicture]:
    """Those of the stories told and of the products shown, by digest."""
    every = [picture for story in told for picture in story.pictures]
    every += [product.picture for story in selling for product in story.products if product.picture]
    return {picture.sha256: picture for picture in every}


def size(told: Sequence[ShownStory], selling: Sequence[ShownStory]) -> int:
    return sum(len(picture.content) for picture in pictures(told, selling).values())


def _without(product: ShownProduct) -> ShownProduct:
    return replace(product, picture=None)
