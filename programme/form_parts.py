"""What both forms are made of: their words (forms.toml), the looks of cells, figures, rules of entry, the stamp."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any, Final, cast
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from programme import settings
from programme.catalogue import Kpi, Year
from programme.formats.book import STAMP_SHEET
from programme.kpis import entry_text

BOOK_OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
PROTECTION: Final = {"format_columns": True, "format_rows": True}
A3: Final = 8
A4: Final = 9
_EXACT_DIGITS: Final = 15
_LONGEST_TEXT: Final = 32_767
_NOT_IN_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOTE_HEIGHT: Final = 19
_NOTE_COLUMNS: Final = 1.03  # half-width letters of a note in one unit of column width

_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "plain": {"font_name": "宋体", "font_size": 11, "valign": "vcenter"},
    "title": {"font_name": "黑体", "font_size": 20, "align": "center"},
    "sample": {"font_name": "黑体", "font_color": "#B02F1A"},
    "right": {"align": "right"},
    "figure": {"align": "right", "shrink": True},
    "label": {"indent": 1, "text_wrap": True},
    "centre": {"align": "center"},
    "boxed": {"border": 1},
    "head": {"bold": True, "bg_color": "#E4E8ED", "align": "center", "text_wrap": True},
    "muted": {"font_color": "#56606E"},
    "out": {"bg_color": "#D8DCE2", "font_color": "#56606E"},
    "entry": {"locked": False, "bg_color": "#EAF2FB"},
    "open": {"locked": False},
    "noted": {"bg_color": "#F7C948"},
    "text": {"num_format": "@"},
    "note": {"font_size": 10.5, "text_wrap": True},
    "strong": {"font_name": "黑体", "font_size": 12, "valign": "bottom"},
}


@lru_cache(maxsize=8)
def _read(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "catalogue" / "forms.toml").read_text(encoding="utf-8"))


def form_words(form: str) -> dict[str, Any]:
    """The block of forms.toml for "monthly" or "batch"."""
    return cast(dict[str, Any], _read(settings.data_folder())[form])


def date_text(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@lru_cache(maxsize=512)
def display_width(text: str) -> int:
    """Columns a text takes, a Chinese character counting two."""
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)


def storable(text: str) -> str:
    """The text without what a workbook cannot hold; a carriage return becomes a line break."""
    return _NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:_LONGEST_TEXT]


def facts_of(year: Year, kpis: Sequence[Kpi]) -> dict[str, Any]:
    """What the words of any form may name in braces."""
    return {
        "programme": year.name,
        "document": year.document,
        "launch": date_text(year.launch),
        "due_day": year.due_day,
        "flows": "、".join(kpi.name for kpi in kpis if kpi.is_flow),
        "stocks": "、".join(kpi.name for kpi in kpis if not kpi.is_flow),
    }


class Paper:
    """A form being written: its workbook and formats, its block of forms.toml, and the facts its words name."""

    def __init__(self, book: Workbook, form: str, facts: Mapping[str, Any]) -> None:
        self.book = book
        self.form = form_words(form)
        self.facts = facts
        self._formats: dict[tuple[str, ...], Format] = {}
        book.set_properties({"title": self.words("title")})

    def words(self, key: str) -> str:
        return self.filled(str(self.form[key]))

    def filled(self, text: str) -> str:
        return text.format(**self.facts)

    def look(self, *names: str) -> Format:
        """These looks on top of one another; a name that is none of `_LOOKS` is a number format."""
        if names not in self._formats:
            parts = [_LOOKS.get(name, {"num_format": name}) for name in ("plain", *names)]
            self._formats[names] = self.book.add_format({key: value for part in parts for key, value in part.items()})
        return self._formats[names]

    def prompt(self, name: str, kpi: Kpi) -> str:
        return str(self.form["prompts"][name].format(**self.facts, name=kpi.name, unit=kpi.entry_unit))

    def figure_rule(self, kpi: Kpi, title: str, prompt: str) -> dict[str, Any]:
        """A data validation: a number not below zero, whole where the entry unit is the stored one."""
        kind = "whole" if kpi.stored_per_entry == 1 else "decimal"
        return {
            "validate": kind,
            "criteria": ">=",
            "value": 0,
            "input_title": title,
            "input_message": self.prompt(prompt, kpi),
            "error_title": kpi.name,
            "error_message": self.prompt(kind, kpi),
        }

    def listed(self, sheet: Worksheet, at: int, heading: str, lines: Sequence[str], widths: Sequence[int]) -> int:
        """A heading and numbered lines over the columns of these widths; returns the index of the row below."""
        sheet.set_row(at, 30)
        sheet.merge_range(at, 0, at, len(widths) - 1, heading, self.look("strong"))
        for row, line in enumerate(lines, at + 1):
            text = f"{row - at}. {line}"
            sheet.set_row(row, _NOTE_HEIGHT * ceil(display_width(text) / (sum(widths) * _NOTE_COLUMNS)))
            sheet.merge_range(row, 0, row, len(widths) - 1, text, self.look("note"))
        return at + len(lines) + 1

    def notes(self, sheet: Worksheet, at: int, kpis: Iterable[Kpi], widths: Sequence[int]) -> int:
        """填表说明 and 指标解释; returns the index of the row below."""
        notes = [self.filled(note) for note in self.form["notes"]]
        definitions = [f"{kpi.name}（{kpi.entry_unit}）：{kpi.definition}" for kpi in kpis]
        at = self.listed(sheet, at, self.form["notes_heading"], notes, widths)
        return self.listed(sheet, at, self.form["definitions_heading"], definitions, widths)

    def stamp(self, **facts: str) -> None:
        """What tells our own form from others: a very hidden sheet of keys and values."""
        sheet = self.book.add_worksheet(STAMP_SHEET)
        for row, (key, value) in enumerate({**facts, "version": str(self.form["version"])}.items()):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, value)
        sheet.very_hidden()


def number_format(kpi: Kpi) -> str:
    """As many decimals as a stored integer needs in the entry unit, two of them always shown; a space before the edge."""
    decimals = len(str(kpi.stored_per_entry)) - 1
    return f"#,##0.{'0' * min(decimals, 2)}{'#' * (decimals - 2)}_ " if decimals else "#,##0_ "


def write_figure(sheet: Worksheet, row: int, column: int, stored: int | None, kpi: Kpi, style: Format) -> None:
    """A number where a workbook holds it exactly, else its digits as text; None leaves the cell empty."""
    if stored is None:
        sheet.write_blank(row, column, None, style)
    elif len(str(abs(stored))) <= _EXACT_DIGITS:
        sheet.write_number(row, column, cast(float, Decimal(stored) / kpi.stored_per_entry), style)
    else:
        sheet.write_string(row, column, entry_text(stored, kpi), style)
