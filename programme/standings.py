"""What stands: figures to date per county, and their monthly growth added up over counties as returns come in.

Both are derived from the returns in force and can be rebuilt from them; screens read only these sums.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain as chained
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import and_, delete, text
from sqlmodel import Session, col, select

from programme.bulk import add_rows, insert_columns
from programme.catalogue import Year, catalogue
from programme.models import County, Membership, MonthlyReturn, Standing, Total

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
GROWTH, REPORTED = MEASURES = ("growth", "reported")
MANY = 500
TOTAL_KEYS: Final = ("month", "tier", "province_code", "core_county_id", "measure")
_APART: Final = 1_000_000
Group = tuple[str, str, int]
"""Tier, province, core county."""
Columns = dict[str, list[int | None]]
TotalRow = tuple[int | str, ...]


def kpi_codes() -> tuple[str, ...]:
    return catalogue().codes


@dataclass(frozen=True)
class Chain:
    """Returns in force, ordered by county and month. `values` and `known` have one column per indicator of the catalogue.

    A flow's value is the month's amount, a stock's the level at month end; where `known` is false (未报) the value is 0.
    """

    county: Integers
    month: Integers
    revision: Integers
    values: Integers
    known: Flags

    @classmethod
    def of(cls, keys: Sequence[Sequence[int]], figures: Sequence[Sequence[int | None]]) -> "Chain":
        """From rows (county, month, revision) and rows of figures in the catalogue's order, None for 未报."""
        width = len(kpi_codes())
        key = np.array(keys, dtype=np.int64).reshape(len(keys), 3)
        cells = np.array(figures, dtype=object).reshape(len(keys), width)
        known: Flags = np.not_equal(cells, np.array(None, dtype=object))
        return cls(key[:, 0], key[:, 1], key[:, 2], np.where(known, cells, 0).astype(np.int64), known).ordered()

    def ordered(self) -> "Chain":
        return self.taken(np.lexsort((self.month, self.county)))

    def taken(self, index: npt.NDArray[Any]) -> "Chain":
        return Chain(self.county[index], self.month[index], self.revision[index], self.values[index], self.known[index])

    def overlaid(self, newer: "Chain") -> "Chain":
        """Both together; where a county and month stands in both, the newer return is in force."""
        keys = (self.county * 1_000_000 + self.month, newer.county * 1_000_000 + newer.month)
        kept = self.taken(np.flatnonzero(~np.isin(*keys)))
        joined = (np.concatenate(pair) for pair in zip(kept._parts(), newer._parts(), strict=True))
        return Chain(*joined).ordered()

    def _parts(self) -> tuple[npt.NDArray[Any], ...]:
        return self.county, self.month, self.revision, self.values, self.known

    @cached_property
    def counties(self) -> list[int]:
        """Each county once, of an ordered chain."""
        return self.county[np.diff(self.county, prepend=-1) != 0].tolist()

    def starts(self) -> Integers:
        """For each row the index of its county's first row."""
        first = np.ones(len(self.county), dtype=bool)
        first[1:] = self.county[1:] != self.county[:-1]
        return np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))

    @cached_property
    def to_date(self) -> tuple[Integers, Flags]:
        """累计 of flows, 期末 of stocks (carried forward over months without a figure), and where there is one."""
        starts = self.starts()
        rows = np.arange(len(starts))[:, None]
        last = np.maximum.accumulate(np.where(self.known, rows, -1), axis=0)
        known = last >= starts[:, None]
        levels = np.take_along_axis(self.values, np.where(known, last, 0), axis=0)
        running = np.cumsum(self.values, axis=0)
        amounts = running - running[starts] + self.values[starts]
        flows = np.array([kpi.is_flow for kpi in catalogue().kpis])
        return np.where(known, np.where(flows, amounts, levels), 0), known

    def growth(self) -> Integers:
        """To date less what stood in the county's return before; 0 where there is no figure yet."""
        reached, _ = self.to_date
        before = np.zeros_like(reached)
        before[1:] = reached[:-1]
        before[self.starts() == np.arange(len(reached))] = 0
        return reached - before


def same_return(row: Any = MonthlyReturn, standing: Any = Standing) -> Any:
    """The condition that joins a standing with the revision that stands."""
    return and_(row.county_id == standing.county_id, row.month == standing.month, row.revision == standing.revision)


def in_force(session: Session, year: Year, county_ids: Sequence[int]) -> Chain:
    """The returns in force of these counties in the programme year."""
    query = _standing_returns(kpi_codes(), year.months[0].number, year.months[-1].number)
    if len(county_ids) <= MANY:
        query = query.where(col(Standing.county_id).in_(county_ids))
    wanted = set(county_ids)
    rows = [row for row in session.exec(query).all() if row[0] in wanted]
    return Chain.of([row[:3] for row in rows], [row[3:] for row in rows])


@lru_cache(maxsize=8)
def _standing_returns(codes: tuple[str, ...], first: int, last: int) -> Any:
    """Adding 0 keeps SQLite from starting at the revisions, of which there may be many for each that stands (455 ms against
    7)."""
    kpis = [getattr(MonthlyReturn, code) for code in codes]
    return (
        select(Standing.county_id, Standing.month, Standing.revision, *kpis)
        .join(
            MonthlyReturn,
            and_(
                MonthlyReturn.county_id == Standing.county_id + 0,
                MonthlyReturn.month == Standing.month + 0,
                MonthlyReturn.revision == Standing.revision,
            ),
        )
        .where(Standing.month >= first, Standing.month <= last)
    )


def post(session: Session, year: Year, newer: Chain, store: Callable[[], None] = lambda: None) -> None:
    """Let new revisions stand: figures to date of their counties, and the sums over counties, follow.

    `store` writes the revisions themselves; meanwhile a thread that knows nothing of the session works out what follows.
    """
    before, members = in_force(session, year, newer.counties), _members(session, year)
    with ThreadPoolExecutor(1) as pool:
        follows = pool.submit(_follow, before, newer, members)
        store()
    standing, totals = follows.result()
    _write_standings(session, year, before, standing)
    _add_to_totals(session, totals)


def _follow(before: Chain, newer: Chain, members: "_Members") -> tuple[Columns, list[TotalRow]]:
    """What stands when the newer returns do, column by column, and what that adds to the totals."""
    after = before.overlaid(newer)
    keys = {"county_id": after.county.tolist(), "month": after.month.tolist(), "revision": after.revision.tolist()}
    return keys | columns_with_gaps(*after.to_date), list(_summed(members, after, before))


def rebuild_totals(session: Session, year: Year) -> None:
    """Add up anew what stands; needed when counties change their tier or group."""
    first, last = year.months[0].number, year.months[-1].number
    session.connection().execute(delete(Total).where(Total.month >= first, Total.month <= last))
    members = session.exec(select(Membership.county_id).where(Membership.year == year.year)).all()
    _add_to_totals(session, summed(session, year, in_force(session, year, list(members))))


def _write_standings(session: Session, year: Year, before: Chain, standing: Columns) -> None:
    first, last = year.months[0].number, year.months[-1].number
    statement = text("DELETE FROM standing WHERE county_id = :county AND month BETWEEN :first AND :last")
    gone = [{"county": county, "first": first, "last": last} for county in before.counties]
    if gone:
        session.connection().execute(statement, gone)
    insert_columns(session, "standing", standing)


def columns_with_gaps(values: Integers, known: Flags) -> Columns:
    """Indicator → its column, None where nothing is known."""
    columns: Columns = {}
    for index, code in enumerate(kpi_codes()):
        column = values[:, index].astype(object)
        column[~known[:, index]] = None
        columns[code] = column.tolist()
    return columns


def _add_to_totals(session: Session, rows: Iterable[TotalRow]) -> None:
    add_rows(session, "total", TOTAL_KEYS, ("returns", *kpi_codes()), rows)


def summed(session: Session, year: Year, chain: Chain) -> Iterator[TotalRow]:
    """Rows of a table of totals: by month and finest group (one tier, province and core county), then by province, then by
    tier alone. Columns: TOTAL_KEYS, returns, and each indicator."""
    return _summed(_members(session, year), chain)


def _summed(members: "_Members", after: Chain, before: Chain | None = None) -> Iterator[TotalRow]:
    """What `after` adds, less what `before` had added."""
    keys, sums = _by_group(after, members)
    if before is not None:
        gone, less = _by_group(before, members)
        keys, sums = _added_up(np.concatenate([keys, gone]), np.concatenate([sums, -less]))
    groups = members.groups
    levels = (groups, [(tier, province, 0) for tier, province, _ in groups], [(tier, "", 0) for tier, *_ in groups])
    return chained.from_iterable(_level(names, keys, sums) for names in levels)


def _by_group(chain: Chain, members: "_Members") -> tuple[Integers, Integers]:
    """Keys of month and group, and for each the growth of every indicator, the returns, and how many gave each indicator."""
    figures = np.column_stack([chain.growth(), np.ones(len(chain.county), dtype=np.int64), chain.known])
    inside = np.flatnonzero(np.isin(chain.county, members.counties))
    groups = members.group[np.searchsorted(members.counties, chain.county[inside])]
    return _added_up(chain.month[inside] * _APART + groups, figures[inside])


def _level(names: Sequence[Group], keys: Integers, sums: Integers) -> Iterator[TotalRow]:
    level = {name: at for at, name in enumerate(sorted(set(names)))}
    numbers = np.array([level[name] for name in names], np.int64)
    added = _added_up(keys - keys % _APART + numbers[keys % _APART], sums)
    return _total_rows(list(level), *added)


@dataclass(frozen=True)
class _Members:
    """The members' ids in order, the number of each one's group, and the groups."""

    counties: Integers
    group: Integers
    groups: list[Group]


def _members(session: Session, year: Year) -> _Members:
    rows = session.exec(_memberships(year.year))
    group_of = {county: (tier, province, core) for county, tier, province, core in rows}
    groups = sorted(set(group_of.values()))
    number = {group: at for at, group in enumerate(groups)}
    counties = sorted(group_of)
    return _Members(np.array(counties, np.int64), np.array([number[group_of[c]] for c in counties], np.int64), groups)


@lru_cache(maxsize=8)
def _memberships(year: int) -> Any:
    query = select(Membership.county_id, Membership.tier, County.province_code, Membership.core_county_id)
    return query.join(County, col(County.id) == Membership.county_id).where(Membership.year == year)


def _added_up(keys: Integers, figures: Integers) -> tuple[Integers, Integers]:
    """The distinct keys in order, and the sum of each one's rows."""
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    sums = np.add.reduceat(figures[order], starts, axis=0) if len(starts) else figures
    return keys[order][starts], sums


def _total_rows(groups: Sequence[Group], keys: Integers, sums: Integers) -> Iterator[TotalRow]:
    """Rows of growth and of what was reported, in the order of the table's key, without those that would add nothing."""
    width = len(kpi_codes())
    counted = np.zeros((len(keys), 2, 1 + width), np.int64)
    counted[:, 0, 1:], counted[:, 1] = sums[:, :width], sums[:, width:]
    at, measure = np.nonzero(counted.any(axis=2))
    months, numbers = np.divmod(keys[at], _APART)
    rows = zip(months.tolist(), numbers.tolist(), measure.tolist(), counted[at, measure].tolist(), strict=True)
    return ((month, *groups[number], MEASURES[kind], *row) for month, number, kind, row in rows)
