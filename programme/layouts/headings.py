"""Reading headings: which indicator, which measure, which unit a text such as 农产品网络销售额本月数(万元) names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from programme import units
from programme.catalogue import Catalogue, Kpi
from programme.cell_text import clean_text, squeeze
from programme.formats.book import Cell
from programme.layouts import words
from programme.layouts.table import Measure

_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_SEPARATORS = re.compile(r"[\s/_:,;、·|—–-]+")
_QUOTES = str.maketrans("", "", "“”\"'《》")


LONGEST = 120
"""Characters of a text that can be a heading or the name of an indicator."""


def plain(cell: Cell) -> str:
    """The text of a heading without spaces, quotation marks and what stands in brackets."""
    return squeeze(_BRACKETS.sub("", clean_text(cell).translate(_QUOTES))).rstrip(":")


@dataclass(frozen=True)
class Part:
    """What one text says about a column or row; `unit` is the text of the unit, "" without one."""

    kpi: Kpi | None = None
    measure: Measure | None = None
    unit: str = ""

    @property
    def says_something(self) -> bool:
        return self.kpi is not None or self.measure is not None or self.unit != ""


class Vocabulary:
    """The names of the catalogue's indicators; reads each distinct text once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._kpis = _by_name(catalogue.kpis)
        self._read: dict[str, Part] = {}

    @property
    def names(self) -> list[str]:
        return [kpi.name for kpi in dict.fromkeys(self._kpis.values())]

    def part(self, cell: Cell) -> Part:
        """What the text of a heading cell says."""
        if not isinstance(cell, str) or len(cell) > LONGEST:
            return Part()
        if cell not in self._read:
            self._read[cell] = self._parse(clean_text(cell).translate(_QUOTES))
        return self._read[cell]

    def heading(self, cells: Iterable[Cell]) -> Part:
        """What the cells of a column's heading say together, from top to bottom."""
        parts = [self.part(cell) for cell in cells]
        kpi = next((part.kpi for part in reversed(parts) if part.kpi), None)
        measure = next((part.measure for part in reversed(parts) if part.measure), None)
        return Part(kpi, measure, next((part.unit for part in reversed(parts) if part.unit), ""))

    def _parse(self, text: str) -> Part:
        text = words.NUMBERING.sub("", text)
        bracketed = [piece for inside in _BRACKETS.findall(text) for piece in _pieces(inside)]
        pieces = _pieces(_BRACKETS.sub(" ", text))
        unit = next(
            (piece for piece in reversed(pieces + bracketed) if _is_unit(piece) and piece not in self._kpis), ""
        )
        measure = next((found for piece in reversed(pieces + bracketed) if (found := _measure(piece))), None)
        name = "".join(piece for piece in pieces if piece != unit and not _measure(piece) and piece != "单位")
        kpi, own_measure, own_unit = self._named(name)
        return Part(kpi, measure or own_measure, unit or own_unit)

    def _named(self, name: str) -> tuple[Kpi | None, Measure | None, str]:
        """The indicator a name without separators stands for, with a measure and a unit grown together with it."""
        name = words.NUMBERING.sub("", name)
        if name in self._kpis:
            return self._kpis[name], None, ""
        for word in words.MEASURES:
            for rest in (name.removesuffix(word), name.removeprefix(word)):
                if rest != name and rest in self._kpis:
                    return self._kpis[rest], _measure(word), ""
        for length in range(1, min(5, len(name))):
            if _is_unit(name[-length:]) and name[:-length] != "":
                kpi, measure, _ = self._named(name[:-length])
                if kpi is not None:
                    return kpi, measure, name[-length:]
        return None, None, ""


@lru_cache(maxsize=8)
def _by_name(kpis: tuple[Kpi, ...]) -> Mapping[str, Kpi]:
    names = ((name, kpi) for kpi in reversed(kpis) for name in (*kpi.aliases, kpi.short, kpi.name))
    return {plain(name): kpi for name, kpi in names}


def _pieces(text: str) -> list[str]:
    return [piece for piece in _SEPARATORS.split(text) if piece]


def _measure(word: str) -> Measure | None:
    if word in words.MONTH_MEASURES:
        return "month"
    return "to_date" if word in words.TO_DATE_MEASURES else None


def _is_unit(piece: str) -> bool:
    return piece in units.WRITTEN or words.FOREIGN_UNIT.fullmatch(piece) is not None


def stored_per_written(unit: str, kpi: Kpi) -> int | None:
    """Stored integers in one written unit; the entry unit's when none is written, None when it does not fit."""
    if not unit:
        return kpi.stored_per_entry
    found = units.multiple(unit, kpi.unit)
    return None if found is None else found * kpi.factor


def texts(row: Sequence[Cell]) -> list[str]:
    """`plain` of every cell of a row."""
    return [plain(cell) if isinstance(cell, str) and cell else "" for cell in row]
