"""Months and working days. A month is written 2019-06 for people and stored as the integer 201906."""

import calendar as _gregorian
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A reporting period (报告期)."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """From 2019-06; raises ValueError for anything else."""
        year, month = text.split("-")
        return cls.from_number(int(year) * 100 + int(month))

    @classmethod
    def from_number(cls, number: int) -> "Month":
        """From 201906; raises ValueError when the last two digits are no month."""
        if not 1 <= number % 100 <= 12:
            raise ValueError(f"no month: {number}")
        return cls(number // 100, number % 100)

    @property
    def number(self) -> int:
        return self.year * 100 + self.month

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, _gregorian.monthrange(self.year, self.month)[1])

    def plus(self, months: int) -> "Month":
        years, month = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, month + 1)

    def until(self, last: "Month") -> Iterator["Month"]:
        """This month and the following ones up to and including `last`."""
        current = self
        while current <= last:
            yield current
            current = current.plus(1)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def chinese(self) -> str:
        return f"{self.year}年{self.month}月"


@dataclass(frozen=True)
class WorkCalendar:
    """Statutory holidays and the weekend days worked in exchange (调休上班).

    `years` are those whose holidays are known; in others the plain rule of the week is all there is.
    """

    holidays: frozenset[date]
    worked_weekends: frozenset[date]
    years: frozenset[int] = frozenset()

    def is_working_day(self, day: date) -> bool:
        if day in self.holidays:
            return False
        return day in self.worked_weekends or day.weekday() < 5

    def on_or_after(self, day: date) -> date:
        """`day` itself, or the first working day after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def working_days_from(self, day: date, count: int) -> date:
        """The working day so many after `day`, or before it when negative; for 0 `day` itself, or the last one before it."""
        step = timedelta(days=1 if count > 0 else -1)
        if not count:
            while not self.is_working_day(day):
                day += step
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def unknown_years(self, first: date, last: date) -> list[int]:
        """The years from one day to another whose holidays are not known."""
        return [year for year in range(first.year, last.year + 1) if year not in self.years]
