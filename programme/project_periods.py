"""What a progress report is about: a month, written 2017-01, or a quarter, written 2017Q1."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from programme.calendar import Month
from programme.carrying_facts import RHYTHMS

_WRITTEN: Final = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])|Q([1-4]))")


@dataclass(frozen=True, order=True)
class Period:
    """So many months from the first one on."""

    first: Month
    months: int

    @classmethod
    def of(cls, day: date, rhythm: str) -> "Period":
        """The period a day lies in."""
        length = RHYTHMS[rhythm]
        return cls(Month(day.year, (day.month - 1) // length * length + 1), length)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """From 2017-01 or 2017Q1; raises ValueError for anything else."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"no period: {text}")
        year, month, quarter = found.groups()
        return cls(Month(int(year), int(month)), 1) if month else cls(Month(int(year), int(quarter) * 3 - 2), 3)

    @property
    def last_day(self) -> date:
        return self.first.plus(self.months - 1).last_day

    @property
    def name(self) -> str:
        return self.first.chinese if self.months == 1 else f"{self.first.year}年第{self.first.month // 3 + 1}季度"

    def __str__(self) -> str:
        return str(self.first) if self.months == 1 else f"{self.first.year}Q{self.first.month // 3 + 1}"


def begun(since: date, today: date, rhythm: str) -> Sequence[Period]:
    """The periods from the one a project was launched in up to the present one, the newest first."""
    length, period, found = RHYTHMS[rhythm], Period.of(since, rhythm), []
    while period.first.first_day <= today:
        found.append(period)
        period = Period(period.first.plus(length), length)
    return found[::-1]
