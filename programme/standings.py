"""What stands: figures to date per county, and their monthly growth added up over counties as returns come in.

Both are derived from the returns in force and can be rebuilt from them; screens read only these sums.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import delete, text
from sqlmodel import Session, col, select

from programme.bulk import insert_rows
from programme.catalogue import Year, catalogue
from programme.models import County, Membership, MonthlyReturn, Standing, Total

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
GROWTH, REPORTED = "growth", "reported"
MANY = 500


def kpi_codes() -> tuple[str, ...]:
    return tuple(kpi.code for kpi in catalogue().kpis)


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
        known: Flags = pd.notna(cells)
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

    def starts(self) -> Integers:
        """For each row the index of its county's first row."""
        first = np.ones(len(self.county), dtype=bool)
        first[1:] = self.county[1:] != self.county[:-1]
        return np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))

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
        reached, _ = self.to_date()
        before = np.zeros_like(reached)
        before[1:] = reached[:-1]
        before[self.starts() == np.arange(len(reached))] = 0
        return reached - before


def in_force(session: Session, year: Year, county_ids: Sequence[int]) -> Chain:
    """The returns in force of these counties in the programme year."""
    kpis = [getattr(MonthlyReturn, code) for code in kpi_codes()]
    query = (
        select(Standing.county_id, Standing.month, Standing.revision, *kpis)
        .join(
            MonthlyReturn,
            (MonthlyReturn.county_id == Standing.county_id)
            & (MonthlyReturn.month == Standing.month)
            & (MonthlyReturn.revision == Standing.revision),
        )
        .where(Standing.month >= year.months[0].number, Standing.month <= year.months[-1].number)
    )
    if len(county_ids) <= MANY:
        query = query.where(col(Standing.county_id).in_(county_ids))
    wanted = set(county_ids)
    rows = [row for row in session.exec(query).all() if row[0] in wanted]
    return Chain.of([row[:3] for row in rows], [row[3:] for row in rows])


def post(session: Session, year: Year, newer: Chain) -> None:
    """Let new revisions stand: figures to date of their counties, and the sums over counties, follow."""
    before = in_force(session, year, np.unique(newer.county).tolist())
    after = before.overlaid(newer)
    _write_standings(session, year, before, after)
    _add_to_totals(session, year, _joined(before, -1), _joined(after, 1))


def rebuild_totals(session: Session, year: Year) -> None:
    """Add up anew what stands; needed when counties change their tier or group."""
    first, last = year.months[0].number, year.months[-1].number
    session.connection().execute(delete(Total).where(Total.month >= first, Total.month <= last))
    members = session.exec(select(Membership.county_id).where(Membership.year == year.year)).all()
    _add_to_totals(session, year, _joined(in_force(session, year, list(members)), 1))


def _write_standings(session: Session, year: Year, before: Chain, after: Chain) -> None:
    first, last = year.months[0].number, year.months[-1].number
    statement = text("DELETE FROM standing WHERE county_id = :county AND month BETWEEN :first AND :last")
    gone = [{"county": int(county), "first": first, "last": last} for county in np.unique(before.county)]
    if gone:
        session.connection().execute(statement, gone)
    reached, known = after.to_date()
    rows = zip(
        after.county.tolist(), after.month.tolist(), after.revision.tolist(), *columns_with_gaps(reached, known),
        strict=True,
    )  # fmt: skip
    insert_rows(session, "standing", ("county_id", "month", "revision", *kpi_codes()), rows)


def columns_with_gaps(values: Integers, known: Flags) -> list[list[int | None]]:
    """One list per indicator, None where nothing is known."""
    columns = []
    for index in range(values.shape[1]):
        column = values[:, index].astype(object)
        column[~known[:, index]] = None
        columns.append(column.tolist())
    return columns


@dataclass(frozen=True)
class _Signed:
    """Contributions of a chain to the sums, to be added (+1) or taken away (−1)."""

    county: Integers
    month: Integers
    growth: Integers
    reported: Integers
    returns: Integers


def _joined(chain: Chain, sign: int) -> _Signed:
    ones = np.full(len(chain.county), sign, dtype=np.int64)
    return _Signed(chain.county, chain.month, sign * chain.growth(), sign * chain.known.astype(np.int64), ones)


def _add_to_totals(session: Session, year: Year, *parts: _Signed) -> None:
    groups = _groups(session, year)
    sums: dict[tuple[Any, ...], Integers] = {}
    for part in parts:
        inside = np.flatnonzero(np.isin(part.county, np.fromiter(groups, np.int64, len(groups))))
        keys = np.stack([part.month[inside], [groups[county] for county in part.county[inside].tolist()]], axis=1)
        unique, inverse = np.unique(keys.reshape(-1, 2), axis=0, return_inverse=True)
        for measure, figures in ((GROWTH, part.growth), (REPORTED, part.reported)):
            counted = part.returns if measure == REPORTED else np.zeros_like(part.returns)
            added = np.zeros((len(unique), figures.shape[1] + 1), dtype=np.int64)
            np.add.at(added, inverse.reshape(-1), np.column_stack([counted, figures])[inside])
            _collect(sums, unique.tolist(), added, measure, list(groups.keys_of))
    _upsert(session, [(*key, *row.tolist()) for key, row in sums.items() if row.any()])


class _Groups(dict[int, int]):
    """County id → number of its (tier, province, core county); `keys_of` lists these in the order of the numbers."""

    keys_of: tuple[tuple[str, str, int], ...] = ()


def _groups(session: Session, year: Year) -> _Groups:
    query = select(Membership.county_id, Membership.tier, County.province_code, Membership.core_county_id)
    rows = session.exec(query.join(County, col(County.id) == Membership.county_id).where(Membership.year == year.year))
    numbers: dict[tuple[str, str, int], int] = {}
    groups = _Groups(
        {county: numbers.setdefault((tier, province, core), len(numbers)) for county, tier, province, core in rows}
    )
    groups.keys_of = tuple(numbers)
    return groups


def _collect(
    sums: dict[tuple[Any, ...], Integers],
    keys: Iterable[Sequence[int]],
    added: Integers,
    measure: str,
    groups: Sequence[tuple[str, str, int]],
) -> None:
    for (month, number), row in zip(keys, added, strict=True):
        tier, province, core = groups[number]
        for key in ((province, core), (province, 0), ("", core), ("", 0)):
            full = (month, tier, *key, measure)
            sums[full] = sums[full] + row if full in sums else row


def _upsert(session: Session, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    keys = ("month", "tier", "province_code", "core_county_id", "measure")
    counted = ("returns", *kpi_codes())
    columns = (*keys, *counted)
    statement = text(
        f"INSERT INTO total ({', '.join(columns)}) VALUES ({', '.join(f':{column}' for column in columns)}) "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET "
        + ", ".join(f"{column} = COALESCE(total.{column}, 0) + excluded.{column}" for column in counted)
    )
    session.connection().execute(statement, [dict(zip(columns, row, strict=True)) for row in rows])
