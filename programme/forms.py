"""The form of one county and month: as a workbook to download, as a grid on the page, and the draft in between."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sqlmodel import Session

from programme import settings
from programme.calendar import Month
from programme.catalogue import TIER_NAMES, Kpi, Year, catalogue
from programme.errors import NotFound
from programme.form_parts import storable
from programme.models import County, Draft, Membership, MonthlyReturn, Standing
from programme.permissions import Actor, Permission, require, scope_of
from programme.returns import Checked, Member, check_file, member, members_of
from programme.reviews import cells_of, one_of
from programme.sheets import read_book
from programme.standings import in_force, kpi_codes
from programme.tables import find_tables
from programme.templates import FormHead, FormRow, batch_form, monthly_form

Entries = Mapping[str, Mapping[str, str]]
EXACT_DIGITS = 15


@dataclass(frozen=True)
class Typed:
    """A draft: indicator → column → text, and when it was kept."""

    entries: Entries
    saved_at: datetime


def year_for(month: Month) -> Year:
    """The programme year of a month; raises NotFound outside every period."""
    year = catalogue().year_of(month)
    if year is None:
        raise NotFound(f"{month.chinese}不在活动期间，没有要报的数。")
    return year


def reportable_months(year: Year) -> list[Month]:
    """The months that have begun, newest first."""
    today = Month.of(settings.today())
    return [month for month in reversed(year.months) if month <= today] or [year.months[0]]


def ended_months(year: Year) -> list[Month]:
    """The months that are over, newest first; the first of the year while none is."""
    return [month for month in reversed(year.months) if month.last_day < settings.today()] or [year.months[0]]


def submittable(session: Session, actor: Actor, year: Year) -> list[Member]:
    """The counties the actor may hand in for, by code."""
    scope = scope_of(actor, Permission.SUBMIT_RETURN)
    members = members_of(session, year).values() if scope else ()
    return sorted((m for m in members if scope and scope(actor, m.subject)), key=lambda m: m.code)


def form_rows(session: Session, county: Member, month: Month) -> list[FormRow]:
    """One row per indicator in the county's scope: what stood before the month, and what has been reported for it."""
    year = year_for(month)
    standing = session.get(Standing, (county.county_id, month.number))
    filled = standing and session.get(MonthlyReturn, (county.county_id, month.number, standing.revision))
    chain = in_force(session, year, [county.county_id])
    earlier = chain.taken(chain.month < month.number)
    reached, known = earlier.to_date
    rows = []
    for kpi in year.kpis_of(county.tier):
        at = kpi_codes().index(kpi.code)
        last = int(reached[-1, at]) if len(reached) and known[-1, at] else None
        value = getattr(filled, kpi.code) if filled else None
        rows.append(form_row(kpi, last, value))
    return rows


def form_row(kpi: Kpi, last: int | None, value: int | None) -> FormRow:
    """What has been reported, in the column in which it is stored: 本月数 of a flow, 累计数 of a stock."""
    return FormRow(kpi, last, month=value) if kpi.is_flow else FormRow(kpi, last, to_date=value)


def form_head(session: Session, county: Member, month: Month, due: date) -> FormHead:
    year = year_for(month)
    place = session.get(County, county.county_id)
    part = session.get(Membership, (year.year, county.county_id))
    standing = session.get(Standing, (county.county_id, month.number))
    assert place is not None
    assert part is not None
    return FormHead(
        county_code=county.code,
        county_name="".join(dict.fromkeys((place.province, place.prefecture, place.name))),
        tier_name=TIER_NAMES[county.tier],
        month=month,
        due=due,
        revision=standing.revision if standing else 0,
        last_month=month.plus(-1) if month.plus(-1) in year.months else None,
        sample=part.sample,
    )


def blank_form(session: Session, actor: Actor, county_id: int, month: Month) -> bytes:
    """The workbook to fill, with last month's 累计, whatever has been reported for the month already, and in a return that
    was sent back a comment on each cell that must change."""
    county = member(session, year_for(month), county_id)
    require(actor, Permission.SUBMIT_RETURN, county.subject)
    one = one_of(session, actor, county.code, month)
    notes = {(cell.kpi, cell.measure): f"退回原因：{cell.reason}" for cell in cells_of(session, one)}
    return monthly_form(
        form_head(session, county, month, one.due), form_rows(session, county, month), year_for(month), notes
    )


def blank_batch(session: Session, actor: Actor, months: Sequence[Month]) -> bytes:
    """The batch workbook for all counties the actor may hand in for, one row per county and month."""
    require(actor, Permission.SUBMIT_RETURN)
    year = year_for(months[0])
    counties = submittable(session, actor, year)
    rows = [(county.code, county.name, month) for county in counties for month in months]
    applies = {county.code: {kpi.code for kpi in year.kpis_of(county.tier)} for county in counties}
    missing = {(code, kpi.code) for code, kpis in applies.items() for kpi in catalogue().kpis if kpi.code not in kpis}
    return batch_form(rows, catalogue().kpis, year, missing, sample=any(county.sample for county in counties))


# --- by hand --------------------------------------------------------------------------------------------------------


def check_entries(session: Session, actor: Actor, county_id: int, month: Month, entries: Entries) -> Checked:
    """What was typed on the page, judged like a file: the form is filled with it and read back.

    `entries[kpi]` may hold the texts month, to_date and remark. The filled form is what is stored and traced to.
    """
    form = blank_form(session, actor, county_id, month)
    name = f"在线填报_{member(session, year_for(month), county_id).name}_{month}.xlsx"
    return check_file(session, actor, filled(form, entries), name)


def filled(form: bytes, entries: Entries) -> bytes:
    """Our own form with the entries in its cells; numbers as numbers, everything else as the text it is."""
    from openpyxl import load_workbook  # noqa: PLC0415  (a fifth of a second, and only what is typed on the page needs it)

    workbook = load_workbook(io.BytesIO(form))
    (table,) = find_tables(read_book(form, "form.xlsx"), catalogue())[0]
    sheet = workbook[table.sheet]
    for column in table.columns:
        cell = sheet[table.address(column, 0)]
        cell.value = _cell_value(entries.get(column.kpi.code, {}).get(column.measure, ""))
        if isinstance(cell.value, str):
            cell.data_type = "s"
        if remark := entries.get(column.kpi.code, {}).get("remark"):
            beside = sheet[f"{table.remark_letters}{cell.row}"]
            beside.value, beside.data_type = storable(remark), "s"
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def _cell_value(text: str) -> float | str | None:
    """A number where the cell of a workbook holds every digit of it, else the text."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return storable(text).strip() or None
    exact = number.is_finite() and max(abs(number.adjusted()), len(number.as_tuple().digits)) <= EXACT_DIGITS
    return float(number) if exact else text.strip()


def draft(session: Session, actor: Actor, county_id: int, month: Month) -> Typed | None:
    """What the actor has typed and not yet handed in."""
    found = session.get(Draft, (county_id, month.number, actor.id))
    return Typed(json.loads(found.entries), found.saved_at) if found else None


def save_draft(session: Session, actor: Actor, county_id: int, month: Month, entries: Entries) -> Typed:
    """Keep the typing as it is, right or wrong."""
    county = member(session, year_for(month), county_id)
    require(actor, Permission.SUBMIT_RETURN, county.subject)
    text = json.dumps({kpi: dict(cells) for kpi, cells in entries.items()}, ensure_ascii=False)
    typed = Typed(entries, settings.now())
    session.merge(
        Draft(county_id=county_id, month=month.number, user_id=actor.id, entries=text, saved_at=typed.saved_at)
    )
    return typed
