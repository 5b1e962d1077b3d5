"""The bulletin (通报) as a list of blocks: what Word file, PDF and page are made from. Figures in it are formatted once, here.

Written from the rules, the headings bear no numbers yet: what the office takes out must leave no gap. `composed` numbers them.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from programme.bulletin_facts import BulletinFacts, Rule, bulletin_facts, filled
from programme.bulletin_rules import CONDITIONS
from programme.bulletin_sources import Source
from programme.bulletin_told import Found, Told
from programme.chinese_numerals import chinese_text
from programme.documents import printable
from programme.frozen_release import Frozen
from programme.showcase_facts import ShownPractice
from programme.wording import date_text

MARK, ISSUER, NUMBER, TITLE, ADDRESSEE = "mark", "issuer", "number", "title", "addressee"
HEADING1, HEADING2, PARAGRAPH, TABLE = "heading1", "heading2", "paragraph", "table"
SIGNATURE, DATE, RECORD = "signature", "date", "record"
KINDS: Final = {
    MARK: "标记", ISSUER: "发文机关", NUMBER: "发文字号", TITLE: "标题", ADDRESSEE: "主送机关", HEADING1: "一级标题",
    HEADING2: "二级标题", PARAGRAPH: "正文", TABLE: "表", SIGNATURE: "署名", DATE: "成文日期", RECORD: "版记",
}  # fmt: skip
BREAK: Final = "|"
"""Where sense allows a line of the title to end."""


@dataclass(frozen=True)
class Block:
    """`rows` are a table's, its head first, or the lines of the 版记; `widths` a table's, in millimetres. `rule` names the
    rule that wrote it, "" for what the office added or what every bulletin has. `source` are the figures it was made from."""

    kind: str
    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    source: tuple[Source, ...] = ()
    rule: str = ""
    widths: tuple[int, ...] = ()

    @property
    def shown(self) -> str:
        """The text as it is read."""
        return self.text.replace(BREAK, "") if self.kind == TITLE else self.text


# --- written from the rules -------------------------------------------------------------------------------------------


def bulletin_blocks(held: Frozen, before: Frozen | None, practices: Sequence[ShownPractice] = ()) -> list[Block]:
    """The draft of the bulletin on a release; `before` is the release in force when it was made. Number and date are to come."""
    facts = bulletin_facts()
    told = Told(held, before, facts, tuple(practices))
    words, common = facts.words, told.common
    head = [
        *([Block(MARK, words["sample"])] if held.sample else []),
        Block(ISSUER, words["issuer"]),
        Block(NUMBER, filled(words["number_to_come"], common)),
        Block(TITLE, filled(words["title"], common)),
        Block(ADDRESSEE, words["addressee"]),
    ]
    foot = [
        Block(SIGNATURE, words["issuer"]),
        Block(DATE, words["date_to_come"]),
        Block(
            RECORD, words["copied_to"], ((words["issuer"], filled(words["printed"], {"day": words["date_to_come"]})),)
        ),
    ]
    return [*head, *_body(told), *foot]


def _body(told: Told) -> Iterable[Block]:
    for section in told.facts.sections:
        said = [block for rule in section.rules for block in _said(rule, told)]
        if said:
            yield Block(HEADING1, filled(section.heading, told.common))
            yield from said


def _said(rule: Rule, told: Told) -> Iterable[Block]:
    found = CONDITIONS[rule.condition](told)
    if not found:
        return [Block(PARAGRAPH, filled(rule.otherwise, told.common), rule=rule.id)] if rule.otherwise else []
    if rule.columns:
        return [_table(rule, told, found)]
    if rule.item:
        return _together(rule, told, found)
    return [block for one in found for block in _headed(rule, told.common | one.values, one.source)]


def _headed(rule: Rule, values: dict[str, str], source: tuple[Source, ...]) -> Iterable[Block]:
    if rule.heading:
        yield Block(HEADING2, _text(rule.heading, values), rule=rule.id)
    yield Block(PARAGRAPH, _text(rule.sentence, values), source=source, rule=rule.id)


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
        TABLE,
        title,
        (tuple(column.head for column in rule.columns), *rows),
        tuple(source for one in found for source in one.source),
        rule.id,
        tuple(column.width for column in rule.columns),
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
        if block.kind == HEADING1:
            first, second = first + 1, 0
            made.append(replace(block, text=f"{chinese_text(first)}、{block.text}"))
        elif block.kind == HEADING2:
            second += 1
            made.append(replace(block, text=f"（{chinese_text(second)}）{block.text}"))
        else:
            made.append(block)
    return made


def _without_empty(blocks: list[Block]) -> list[Block]:
    kept: list[Block] = []
    for block in reversed(blocks):
        below = kept[-1].kind if kept else ""
        empty = (block.kind == HEADING2 and below not in (PARAGRAPH, TABLE)) or (
            block.kind == HEADING1 and below not in (HEADING2, PARAGRAPH, TABLE)
        )
        if not empty:
            kept.append(block)
    return kept[::-1]


def as_draft(blocks: Sequence[Block]) -> list[Block]:
    """Put together and marked as what it is."""
    return [Block(MARK, bulletin_facts().words["draft"]), *composed(blocks)]


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
        if block.kind == SIGNATURE and replaced:
            words = facts.said("replaces", number=document_number(facts, *replaced), reason=reason)
            made.append(Block(PARAGRAPH, printable(words)))
        made.append(
            replace(block, text=document_number(facts, year, number)) if block.kind == NUMBER
            else replace(block, text=text) if block.kind == DATE
            else replace(block, rows=((block.rows[0][0], printed),)) if block.kind == RECORD
            else block
        )  # fmt: skip
    return made


def document_number(facts: BulletinFacts, year: int, number: int) -> str:
    return facts.said("number", year=year, number=number)


# --- kept -------------------------------------------------------------------------------------------------------------


def to_json(blocks: Iterable[Block]) -> str:
    """Canonical: the SHA-256 of a bulletin is over this."""
    return json.dumps([asdict(one) for one in blocks], ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(content: str) -> list[Block]:
    return [_block(facts) for facts in json.loads(content)]


def digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def _block(facts: dict[str, Any]) -> Block:
    rows = tuple(tuple(row) for row in facts["rows"])
    source = tuple(Source(**one) for one in facts["source"])
    return Block(facts["kind"], facts["text"], rows, source, facts["rule"], tuple(facts["widths"]))
