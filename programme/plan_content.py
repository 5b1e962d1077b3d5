"""What a county writes in its execution plan, as typed; what is still wrong in it; and what differs from another version."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from programme.catalogue import Year
from programme.cell_text import RULES, Problem
from programme.form_parts import storable
from programme.numerals import parse_figure
from programme.plan_facts import FEN_PER_WAN, Field, Section, plan_facts

FEN_PER_YUAN: Final = 100
NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True)
class Row:
    """A milestone as typed: `milestone` is its identity through all revisions, 0 for a new one; `due` an ISO date or ""."""

    milestone: int
    title: str
    due: str

    @property
    def is_blank(self) -> bool:
        return not self.title and not self.due


@dataclass(frozen=True)
class Written:
    """A plan as typed: section → field → text, and the rows of the timetable."""

    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()

    def text(self, section: str, code: str) -> str:
        return self.texts.get(section, NOTHING).get(code, "")

    def with_text(self, section: str, code: str, text: str) -> "Written":
        return Written({**self.texts, section: {**self.texts.get(section, {}), code: text}}, self.rows)

    def with_rows(self, rows: tuple[Row, ...]) -> "Written":
        return Written(self.texts, rows)


def tidy(written: Written) -> Written:
    """As it is stored: every field of the catalogue, trimmed; money as a bare number; rows in the order of their dates."""
    texts = {
        section.code: {box.code: _tidy_text(box, written.text(section.code, box.code)) for box in section.fields}
        for section in plan_facts().sections
        if not section.is_timetable
    }
    rows = [Row(row.milestone, storable(row.title).strip(), row.due) for row in written.rows]
    ordered = sorted((row for row in rows if not row.is_blank), key=lambda row: (row.due, row.milestone or 10**9))
    return Written(texts, tuple(ordered))


def _tidy_text(box: Field, text: str) -> str:
    plain = storable(text).strip()
    amount = money(plain) if box.kind == "money" else None
    return wan_text(amount) if isinstance(amount, int) else plain


def money(text: str) -> int | Problem | None:
    """分 of an amount written in 万元; a unit may stand behind it."""
    return parse_figure(text, FEN_PER_WAN, FEN_PER_YUAN, "元")


def wan_text(fen: int) -> str:
    """12050000 → 12.05, as it is typed in 万元."""
    return f"{(Decimal(fen) / FEN_PER_WAN).normalize():f}"


# --- what is still wrong ----------------------------------------------------------------------------------------------


def problems(written: Written, year: Year) -> dict[str, list[str]]:
    """Section → what is still to be done in it, as sentences; finished sections are left out."""
    found = {section.code: list(_problems(section, tidy(written), year)) for section in plan_facts().sections}
    return {code: sentences for code, sentences in found.items() if sentences}


def _problems(section: Section, written: Written, year: Year) -> Iterator[str]:
    if section.is_timetable:
        yield from _timetable_problems(section, written.rows, year)
        return
    is_empty = not any(written.text(section.code, box.code) for box in section.fields)
    if is_empty and not section.required:
        return
    for box in section.fields:
        yield from _field_problems(box, written.text(section.code, box.code))


def _field_problems(box: Field, text: str) -> Iterator[str]:
    most = plan_facts().limits["max_line" if box.kind == "line" else "max_text"]
    if not text:
        yield f"请填写“{box.name}”。"
    elif len(text) > most:
        yield f"“{box.name}”请不超过{most}字，现有{len(text)}字。"
    elif box.kind == "line" and "\n" in text:
        yield f"“{box.name}”请写成一行。"
    elif box.kind == "money":
        amount = money(text)
        if isinstance(amount, Problem):
            yield f"“{box.name}”{RULES[amount.rule]}"
        elif amount is None:
            yield f"请填写“{box.name}”，没有投入填0。"


def _timetable_problems(section: Section, rows: tuple[Row, ...], year: Year) -> Iterator[str]:
    limits = plan_facts().limits
    if not rows and section.required:
        yield "请至少写一个里程碑。"
    if len(rows) > limits["max_milestones"]:
        yield f"里程碑请不超过{limits['max_milestones']}个，现有{len(rows)}个。"
    for row in rows:
        yield from _row_problems(row, limits["max_title"], year)
    titles = [row.title for row in rows if row.title]
    for title in dict.fromkeys(title for title in titles if titles.count(title) > 1):
        yield f"里程碑“{title}”写了两次，请合并或改名。"


def _row_problems(row: Row, most: int, year: Year) -> Iterator[str]:
    if not row.title:
        yield f"{row.due}的里程碑没有名称，请填写要完成什么。"
    elif len(row.title) > most:
        yield f"里程碑“{row.title[:12]}……”的名称请不超过{most}字。"
    elif not row.due:
        yield f"里程碑“{row.title}”没有计划完成日期。"
    elif not year.launch <= date.fromisoformat(row.due) <= year.end:
        yield f"里程碑“{row.title}”的日期应在活动期间（{year.launch:%Y-%m-%d}至{year.end:%Y-%m-%d}）之内。"


# --- what differs -----------------------------------------------------------------------------------------------------


def changed_sections(before: Written, after: Written) -> tuple[str, ...]:
    """Codes of the sections that say something else, in the catalogue's order."""
    one, other = tidy(before), tidy(after)
    return tuple(
        section.code
        for section in plan_facts().sections
        if (one.rows != other.rows if section.is_timetable else one.texts[section.code] != other.texts[section.code])
    )


def taken_over(before: Written, after: Written, sections: Collection[str]) -> Written:
    """What stood before, with these sections as they are written now."""
    texts = {**before.texts, **{code: fields for code, fields in after.texts.items() if code in sections}}
    return Written(texts, after.rows if plan_facts().timetable.code in sections else before.rows)


def recognised(written: Written, before: Written) -> Written:
    """Rows typed anew under a title that stood before are the same milestones, and keep what was reported on them."""
    kept = {row.milestone for row in written.rows}
    missed = {row.title: row.milestone for row in before.rows if row.milestone not in kept}
    rows = (
        Row(missed.pop(row.title), row.title, row.due) if not row.milestone and row.title in missed else row
        for row in written.rows
    )
    return written.with_rows(tuple(rows))


# --- drafts -----------------------------------------------------------------------------------------------------------


def as_json(written: Written) -> str:
    rows = [[row.milestone, row.title, row.due] for row in written.rows]
    return json.dumps({"texts": written.texts, "rows": rows}, ensure_ascii=False)


def from_json(text: str) -> Written:
    kept = json.loads(text)
    return Written(kept["texts"], tuple(Row(*row) for row in kept["rows"]))
