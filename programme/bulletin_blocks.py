"""The bulletin (通报) as a list of blocks: what Word file, PDF and page are made from. Figures in it are formatted once, here.

Written from the rules, the headings bear no numbers yet: what the office takes out must leave no gap. `composed` numbers them.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from programme import official_paper
from programme.bulletin_facts import BulletinFacts, Rule, bulletin_facts, filled
from programme.bulletin_rules import CONDITIONS
from programme.bulletin_sources import Source
from programme.bulletin_told import Found, Told
from programme.calendar import Month
from programme.chinese_numerals import chinese_text
from programme.documents import printable
from programme.frozen_release import Frozen, release_basis
from programme.official_paper import LETTER, Kind, Paper
from programme.showcase_facts import ShownPractice
from programme.wording import date_text


@dataclass(frozen=True)
class Block(official_paper.Block):
    """`rule` names the rule that wrote it, "" for what the office added or what every bulletin has. `source` are the figures it
    was made from."""

    source: tuple[Source, ...] = ()
    rule: str = ""


# --- written from the rules -------------------------------------------------------------------------------------------


def bulletin_blocks(held: Frozen, before: Frozen | None, practices: Sequence[ShownPractice] = ()) -> list[Block]:
    """The draft of the bulletin on a release; `before` is the release in force when it was made. Number and date are to come."""
    facts = bulletin_facts()
    told = Told(held, before, facts, tuple(practices))
    words, common = facts.words, told.common
    head = [
        *([Block(Kind.MARK, words["sample"])] if held.sample else []),
        Block(Kind.ISSUER, words["issuer"]),
        Block(Kind.NUMBER, filled(words["number_to_come"], common)),
        Block(Kind.TITLE, filled(words["title"], common)),
        Block(Kind.ADDRESSEE, words["addressee"]),
    ]
    foot = [
        Block(Kind.SIGNATURE, words["issuer"]),
        Block(Kind.DATE, words["date_to_come"]),
        Block(
            Kind.RECORD,
            words["copied_to"],
            ((words["issuer"], filled(words["printed"], {"day": words["date_to_come"]})),),
        ),
    ]
    return [*head, *_body(told), *foot]


def _body(told: Told) -> Iterable[Block]:
    for section in told.facts.sections:
        said = [block for rule in section.rules for block in _said(rule, told)]
        if said:
            yield Block(Kind.HEADING1, filled(section.heading, told.common))
            yield from said


def _said(rule: Rule, told: Told) -> Iterable[Block]:
    found = CONDITIONS[rule.condition](told)
    if not found:
        return [Block(Kind.PARAGRAPH, filled(rule.otherwise, told.common), rule=rule.id)] if rule.otherwise else []
    if rule.columns:
        return [_table(rule, told, found)]
    if rule.item:
        return _together(rule, told, found)
    return [block for one in found for block in _headed(rule, told.common | one.values, one.source)]


def _headed(rule: Rule, values: dict[str, str], source: tuple[Source, ...]) -> Iterable[Block]:
    if rule.heading:
        yield Block(Kind.HEADING2, _text(rule.heading, values), rule=rule.id)
    yield Block(Kind.PARAGRAPH, _text(rule.sentence, values), source=source, rule=rule.id)


def _together(rule: Rule, told: Told, found: Sequence[Found]) -> Iterable[Block]:
    """One sentence about all that was found; of very many only the first are named."""
    named = found[: told.facts.limits.named]
    items = rule.joint.join(_text(rule.item, told.common | one.values) for one in named)
    if len(named) < len(found):
        items += told.facts.said("cut_items", count=len(found))
    values = told.common | found[0].values | {"items": items, "count": str(len(found))}
    return _headed(rule, values, tuple(source for one in found for source in one.source))


def _table(rule: Rule, told: Told, found: Sequence[Found]) -> Block:
    shown = found[: told.facts.limits.rows]
    rows = [tuple(printable(one.values[column.field]) for column in rule.columns) for one in shown]
    title = _text(rule.sentence, told.common | found[0].values)
    if len(shown) < len(found):
        title += told.facts.said("cut_rows", shown=len(shown), count=len(found))
    return Block(
        Kind.TABLE,
        title,
        (tuple(column.head for column in rule.columns), *rows),
        tuple(column.width for column in rule.columns),
        source=tuple(source for one in found for source in one.source),
        rule=rule.id,
    )


def _text(template: str, values: dict[str, str]) -> str:
    return printable(filled(template, values))


# --- put together -----------------------------------------------------------------------------------------------------


def composed(blocks: Iterable[Block]) -> list[Block]:
    """Headings numbered 一、 and （一）, without those under which nothing is left."""
    kept = _without_empty(list(blocks))
    first = second = 0
    made = []
    for block in kept:
        if block.kind == Kind.HEADING1:
            first, second = first + 1, 0
            made.append(replace(block, text=f"{chinese_text(first)}、{block.text}"))
        elif block.kind == Kind.HEADING2:
            second += 1
            made.append(replace(block, text=f"（{chinese_text(second)}）{block.text}"))
        else:
            made.append(block)
    return made


def _without_empty(blocks: list[Block]) -> list[Block]:
    kept: list[Block] = []
    for block in reversed(blocks):
        below = kept[-1].kind if kept else ""
        empty = (block.kind == Kind.HEADING2 and below not in (Kind.PARAGRAPH, Kind.TABLE)) or (
            block.kind == Kind.HEADING1 and below not in (Kind.HEADING2, Kind.PARAGRAPH, Kind.TABLE)
        )
        if not empty:
            kept.append(block)
    return kept[::-1]


def as_draft(blocks: Sequence[Block]) -> list[Block]:
    """Put together and marked as what it is."""
    return [Block(Kind.MARK, bulletin_facts().words["draft"]), *composed(blocks)]


def as_final(
    blocks: Sequence[Block],
    year: int,
    number: int,
    day: date,
    replaced: tuple[int, int] | None = None,
    reason: str = "",
) -> list[Block]:
    """Put together with its number and date; `replaced` are year and number of the bulletin whose place it takes."""
    facts = bulletin_facts()
    text, printed = date_text(day), facts.said("printed", day=date_text(day))
    made = []
    for block in composed(blocks):
        if block.kind == Kind.SIGNATURE and replaced:
            words = facts.said("replaces", number=document_number(facts, *replaced), reason=reason)
            made.append(Block(Kind.PARAGRAPH, printable(words)))
        made.append(
            replace(block, text=document_number(facts, year, number)) if block.kind == Kind.NUMBER
            else replace(block, text=text) if block.kind == Kind.DATE
            else replace(block, rows=((block.rows[0][0], printed),)) if block.kind == Kind.RECORD
            else block
        )  # fmt: skip
    return made


def document_number(facts: BulletinFacts, year: int, number: int) -> str:
    return facts.said("number", year=year, number=number)


# --- on paper and kept ------------------------------------------------------------------------------------------------


def bulletin_paper(
    blocks: Sequence[Block], release: int, month: Month, dated: date | None = None, sha256: str = ""
) -> Paper:
    """With the basis of its figures on every page. `sha256` is the one it was made final with."""
    sha256 = sha256 or digest(to_json(blocks))
    return Paper(tuple(blocks), LETTER, dated, sha256, foot=release_basis(release, month))


def to_json(blocks: Iterable[Block]) -> str:
    """Canonical: the SHA-256 of a bulletin is over this."""
    kept = [{name: value for name, value in asdict(one).items() if name != "strong"} for one in blocks]
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(content: str) -> list[Block]:
    return [_block(facts) for facts in json.loads(content)]


def digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def _block(facts: dict[str, Any]) -> Block:
    rows, widths = tuple(tuple(row) for row in facts["rows"]), tuple(facts["widths"])
    source = tuple(Source(**one) for one in facts["source"])
    return Block(Kind(facts["kind"]), facts["text"], rows, widths, source=source, rule=facts["rule"])
