"""After a correction of an earlier month later figures follow, and who contradicts them now is told."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

import db
from programme import aftermath, forms, settings
from programme.aftermath import Contradiction
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.errors import NotAllowed, Outdated, ProgrammeError
from programme.models import ReturnRemark, StatedToDate
from programme.permissions import Actor, Role
from programme.queries import View, sums
from programme.submissions import submit
from tests.factories import a_user

JUNE, JULY, AUGUST = (Month(2019, month) for month in (6, 7, 8))
YEAR = catalogue().years[0]
LUSHUI = 533301


@pytest.fixture(autouse=True)
def _in_november() -> object:
    with settings.standing_at(datetime(2019, 11, 8, 2, tzinfo=UTC)):
        yield


@pytest.fixture
def county(store: str) -> Actor:
    return a_user(Role.COUNTY, county="533301")


def hand_in(actor: Actor, month: Month, **figures: tuple[str, str]) -> None:
    """Each figure as (本月数, 累计数)."""
    entries = {kpi: {"month": amount, "to_date": total} for kpi, (amount, total) in figures.items()}
    with db.reading() as session:
        checked = forms.check_entries(session, actor, LUSHUI, month, entries)
    with db.transaction() as session:
        submit(session, actor, checked, "已核实")


def found(actor: Actor) -> list[Contradiction]:
    with db.reading() as session:
        return aftermath.contradictions(session, actor, YEAR)


def three_months(actor: Actor) -> None:
    hand_in(actor, JUNE, posts=("100", ""), households=("", "50"))
    hand_in(actor, JULY, posts=("40", "140"), households=("", "60"))
    hand_in(actor, AUGUST, posts=("10", ""), households=("", "70"))


def test_later_figures_to_date_follow_a_correction(county: Actor) -> None:
    three_months(county)
    assert found(county) == []
    hand_in(county, JUNE, posts=("90", ""), households=("", "50"))
    with db.reading() as session:
        added = sums(session, YEAR, View(AUGUST))
        stated = [(row.month, row.kpi, row.value) for row in session.exec(select(StatedToDate))]
    posts = next(target for target in YEAR.targets if target.kpi.code == "posts")
    assert [added.to_date(posts, month) for month in (JUNE, JULY, AUGUST)] == [90, 130, 140]
    assert stated == [(JULY.number, "posts", 140)]


def test_what_a_later_form_stated_to_date_is_named_to_its_owner(county: Actor) -> None:
    three_months(county)
    hand_in(county, JUNE, posts=("90", ""), households=("", "50"))
    (one,) = found(county)
    assert (one.month, one.kpi.code, one.since) == (JULY, "posts", "2019-06 r2")
    assert "累计数应为130条" in one.message
    assert "写的是140条" in one.message


def test_a_stock_that_falls_because_of_a_correction_is_named(county: Actor) -> None:
    three_months(county)
    hand_in(county, JUNE, posts=("100", ""), households=("", "65"))
    (one,) = found(county)
    assert (one.month, one.kpi.code) == (JULY, "households")
    assert "期末数60户比它小" in one.message


def test_a_confirmation_needs_a_reason_and_ends_it_until_the_next_correction(county: Actor) -> None:
    three_months(county)
    hand_in(county, JUNE, posts=("90", ""), households=("", "50"))
    (one,) = found(county)
    with pytest.raises(ProgrammeError, match="理由"), db.transaction() as session:
        aftermath.confirm(session, county, one, " ")
    with db.transaction() as session:
        aftermath.confirm(session, county, one, "7月本月数无误")
    assert found(county) == []
    with db.reading() as session:
        kept = session.exec(select(ReturnRemark).where(ReturnRemark.rule == aftermath.RULE)).one()
    assert (kept.month, kept.cell, "确认：7月本月数无误" in kept.message) == (JULY.number, "2019-06 r2", True)
    with pytest.raises(Outdated), db.transaction() as session:
        aftermath.confirm(session, county, one, "再次")
    hand_in(county, JUNE, posts=("80", ""), households=("", "50"))
    assert [one.since for one in found(county)] == ["2019-06 r3"]


def test_a_correction_of_the_later_month_ends_it_too(county: Actor) -> None:
    three_months(county)
    hand_in(county, JUNE, posts=("90", ""), households=("", "50"))
    hand_in(county, JULY, posts=("50", "140"), households=("", "60"))
    assert [(one.month, one.kpi.code) for one in found(county)] == []


def test_only_those_who_hand_in_for_the_county_are_told(county: Actor) -> None:
    three_months(county)
    hand_in(county, JUNE, posts=("90", ""), households=("", "50"))
    (one,) = found(county)
    told = {
        role: len(found(a_user(role, username=f"x-{role.value}", county=place, province=province)))
        for role, place, province in (
            (Role.PROVINCE, "", "53"),
            (Role.OFFICE, "", ""),
            (Role.LEADER, "", ""),
            (Role.ADMIN, "", ""),
        )
    }
    assert told == {Role.PROVINCE: 1, Role.OFFICE: 1, Role.LEADER: 0, Role.ADMIN: 0}
    neighbour = a_user(Role.COUNTY, county="532929")
    elsewhere = a_user(Role.PROVINCE, province="65")
    assert found(neighbour) == found(elsewhere) == []
    for stranger in (neighbour, elsewhere, a_user(Role.LEADER)):
        with pytest.raises(NotAllowed), db.transaction() as session:
            aftermath.confirm(session, stranger, one, "无误")


def test_a_correction_of_another_indicator_neither_hides_nor_raises_anything(county: Actor) -> None:
    hand_in(county, JUNE, posts=("100", ""), households=("", "60"))
    hand_in(county, JULY, posts=("40", ""), households=("", "50"))
    hand_in(county, AUGUST, posts=("10", ""), households=("", "70"))
    hand_in(county, JUNE, posts=("90", ""), households=("", "60"))
    assert found(county) == []
    hand_in(county, JULY, posts=("40", ""), households=("", "90"))
    assert [(one.month, one.since) for one in found(county)] == [(AUGUST, "2019-07 r2")]
    hand_in(county, JUNE, posts=("95", ""), households=("", "60"))
    assert [(one.month, one.since) for one in found(county)] == [(AUGUST, "2019-07 r2")]
    (one,) = found(county)
    with db.transaction() as session:
        aftermath.confirm(session, county, one, "部分户已搬迁")
    hand_in(county, JUNE, posts=("80", ""), households=("", "60"))
    assert found(county) == []
