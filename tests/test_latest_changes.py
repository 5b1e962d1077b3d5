"""What changed last: the newest returns first, within what somebody may see."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import db
from programme import settings
from programme.calendar import Month
from programme.county_queries import Change, latest_changes
from programme.permissions import Actor, Role
from programme.returns import check_file
from programme.submissions import submit
from tests.factories import a_user

HEAD = "行政区划代码,县名,报告期,学员生产的扶贫类信息本月数(条),惠及贫困户期末数(户)\n"
BATCH = HEAD + "130624,阜平县,2019年6月,10,10\n533301,泸水市,2019年6月,10,10\n533301,泸水市,2019年7月,11,12\n"
CORRECTION = HEAD + "533301,泸水市,2019年6月,12,10\n"
JUNE, JULY = Month(2019, 6), Month(2019, 7)
BEHALF = "泸水市工作小组"
NEWEST_FIRST = [
    ("泸水市", JUNE, 2, ""),
    ("泸水市", JULY, 1, BEHALF),
    ("泸水市", JUNE, 1, BEHALF),
    ("阜平县", JUNE, 1, "阜平县工作小组"),
]


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with settings.standing_at(datetime(2019, 11, 8, 2, tzinfo=UTC)):
        yield


def hand_in(actor: Actor, text: str) -> None:
    with db.reading() as session:
        checked = check_file(session, actor, text.encode(), "批量.csv")
    with db.transaction() as session:
        submit(session, actor, checked, "经核对无误")


def seen(actor: Actor, limit: int = 5) -> list[Change]:
    with db.reading() as session:
        return latest_changes(session, actor, limit)


@pytest.mark.parametrize(
    ("role", "place", "expected"),
    [
        (Role.LEADER, {}, NEWEST_FIRST),
        (Role.PROVINCE, {"province": "53"}, NEWEST_FIRST[:3]),
        (Role.PROVINCE, {"province": "13"}, NEWEST_FIRST[3:]),
        (Role.COUNTY, {"county": "533301"}, NEWEST_FIRST[:3]),
        (Role.COUNTY, {"county": "532929"}, []),
    ],
)
def test_the_newest_return_comes_first_and_nobody_sees_those_of_others(
    store: str, role: Role, place: dict[str, str], expected: list[object]
) -> None:
    office, county = a_user(Role.OFFICE), a_user(Role.COUNTY, county="533301")
    hand_in(office, BATCH)
    hand_in(county, CORRECTION)
    found = seen(a_user(role, username="looker", **place))
    assert [(one.county, one.month, one.revision, one.on_behalf) for one in found] == expected
    assert {one.user_name for one in found} <= {office.name, county.name}


def test_no_more_are_shown_than_asked_for_however_many_came_at_once(sqlite_store: str) -> None:
    hand_in(a_user(Role.OFFICE), BATCH)
    found = seen(a_user(Role.LEADER), 2)
    assert [(one.county, one.month) for one in found] == [("泸水市", JULY), ("泸水市", JUNE)]
