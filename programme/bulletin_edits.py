"""A draft of the bulletin with what the office did to it, played one after the other: what stands now, and what was changed."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Protocol

from programme.bulletin_blocks import Block
from programme.official_paper import Kind

EDITABLE: Final = frozenset(
    {Kind.TITLE, Kind.ADDRESSEE, Kind.HEADING1, Kind.HEADING2, Kind.PARAGRAPH, Kind.SIGNATURE, Kind.RECORD}
)
REMOVABLE: Final = frozenset({Kind.HEADING2, Kind.PARAGRAPH, Kind.TABLE})
FOLLOWED: Final = frozenset({Kind.HEADING1, Kind.HEADING2, Kind.PARAGRAPH, Kind.TABLE})
"""After what the office may add a paragraph."""
_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?(?:万|亿)?%?")


class Did(StrEnum):
    CHANGED = "changed"
    REMOVED = "removed"
    RESTORED = "restored"
    ADDED = "added"


DID_NAMES: Final = {Did.CHANGED: "修改", Did.REMOVED: "删去", Did.RESTORED: "恢复", Did.ADDED: "增加"}


class Change(Protocol):
    """What a row of changes has."""

    block: int
    step: str
    after: int
    new: str


@dataclass(frozen=True)
class Piece:
    """A block of a draft as it stands. `written` is its text by the rules, None for what the office added."""

    id: int
    block: Block
    written: str | None
    removed: bool = False

    @property
    def is_edited(self) -> bool:
        return self.removed or self.written != self.block.text


def edited(blocks: Sequence[Block], changes: Iterable[Change]) -> list[Piece]:
    pieces = {at: Piece(at, block, block.text) for at, block in enumerate(blocks, 1)}
    order = list(pieces)
    for change in changes:
        if change.step == Did.ADDED:
            pieces[change.block] = Piece(change.block, Block(Kind.PARAGRAPH, change.new), None)
            order.insert(order.index(change.after) + 1, change.block)
        else:
            piece = pieces[change.block]
            text = piece.block.text if change.step == Did.REMOVED else change.new
            block = replace(piece.block, text=text)
            pieces[change.block] = replace(piece, block=block, removed=change.step == Did.REMOVED)
    return [pieces[number] for number in order]


def standing(pieces: Iterable[Piece]) -> list[Block]:
    return [piece.block for piece in pieces if not piece.removed]


def numbers_changed(written: str, now: str) -> tuple[list[str], list[str]]:
    """The figures that were in the text by the rules and are not in it now, and those that are new: for whoever signs it."""
    before, after = (Counter(_NUMBER.findall(text)) for text in (written, now))
    return list((before - after).elements()), list((after - before).elements())
