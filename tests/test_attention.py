"""Counties that need attention: within the view, and within what the actor may see."""

import pytest

import db
from components import progress
from programme import audit
from programme.catalogue import catalogue
from programme.permissions import Role
from programme.queries import View
from tests.factories import a_user
from tests.warning_acts import LUSHUI, report

YEAR = catalogue().current_year


@pytest.mark.parametrize(
    ("role", "place", "expected"),
    [
        (Role.LEADER, {}, 109),
        (Role.OFFICE, {}, 109),
        (Role.PROVINCE, {"province": "53"}, None),
        (Role.COUNTY, {"county": "532929"}, 1),
        (Role.COUNTY, {"county": "533301"}, 0),
    ],
)
def test_everybody_sees_those_of_their_own_scope_alone(
    sqlite_store: str, role: Role, place: dict[str, str], expected: int | None
) -> None:
    report({LUSHUI: {kpi.code: [10**12] * 6 for kpi in catalogue().kpis}})
    actor, view = a_user(role, **place), View(YEAR.months[5])
    with db.reading() as session:
        version = audit.data_version(session)
    found = progress.behind(version, YEAR, view, actor)
    if expected is None:
        assert found
        assert {one.province_code for one in found} == {"53"}
    else:
        assert len(found) == expected
    assert all(one.missing for one in found)
    core = progress.behind(version, YEAR, View(YEAR.months[5], tier="core"), actor)
    assert core == [one for one in found if one.tier == "core"]
    elsewhere = View(YEAR.months[5], province_code="99")
    assert progress.behind(version, YEAR, elsewhere, actor) == []
