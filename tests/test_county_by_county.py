"""A province's file with many counties is taken county by county: what is sound goes in, and it is said what comes back."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

import db
from programme import settings
from programme.calendar import Month
from programme.county_by_county import Parted, parted
from programme.county_queries import uploaded_file
from programme.errors import NotAllowed, ProgrammeError
from programme.models import StoredFile
from programme.permissions import Actor, Role
from programme.returns import Checked, check_file
from programme.submissions import submit
from tests import files
from tests.factories import a_user
from tests.test_reviews import seen

JUNE = Month(2019, 6)
HEAD = ["行政区划代码", "县名", "报告期", "农产品网络销售额本月数(万元)", "学员生产的扶贫类信息本月数(条)"]
SOUND = [["532929", "云龙县", "2019-06", 3, 40], ["533325", "兰坪白族普米族自治县", "2019-06", 2.5, 30]]
BROKEN = ["533301", "泸水市", "2019-06", "若干", 10]


@pytest.fixture(autouse=True)
def _in_july() -> object:
    with settings.standing_at(datetime(2019, 7, 3, 2, tzinfo=UTC)):
        yield


@pytest.fixture
def province(store: str) -> Actor:
    return a_user(Role.PROVINCE, province="53")


def check(actor: Actor, *rows: list[object]) -> Checked:
    with db.reading() as session:
        return check_file(session, actor, files.xlsx([HEAD, *rows]), "云南省_2019-06.xlsx")


def parts_of(checked: Checked) -> Parted:
    parts = parted(checked)
    assert parts is not None
    return parts


def test_the_sound_counties_go_in_and_the_wrong_one_comes_back_by_name(province: Actor) -> None:
    checked = check(province, *SOUND, BROKEN)
    with pytest.raises(ProgrammeError, match="1处错误"), db.transaction() as session:
        submit(session, province, checked, "首月")
    parts = parts_of(checked)
    assert (parts.counties, parts.kept_back, parts.rows) == (2, {"泸水市": 1}, 0)
    with db.transaction() as session:
        receipt = submit(session, province, parts.sound, "首月")
    assert receipt.returns == 2
    assert [seen(code).revision for code in ("532929", "533325", "533301")] == [1, 1, 0]
    with db.reading() as session:
        assert [file.content for file in session.exec(select(StoredFile))] == [checked.content]


def test_a_file_that_names_another_county_is_not_handed_out_to_one_of_them(province: Actor) -> None:
    parts = parts_of(check(province, *SOUND, BROKEN))
    with db.transaction() as session:
        submit(session, province, parts.sound, "首月")
    repaired = check(province, *SOUND, [*BROKEN[:3], 12, 10])
    with db.transaction() as session:
        submit(session, province, repaired, "首月")
    lushui, yunlong = a_user(Role.COUNTY, county="533301"), a_user(Role.COUNTY, county="532929")
    for county, code, sha256 in ((yunlong, 532929, parts.sound.sha256), (lushui, 533301, repaired.sha256)):
        with pytest.raises(NotAllowed, match="其他县"), db.reading() as session:
            uploaded_file(session, county, code, sha256)
        with db.reading() as session:
            assert uploaded_file(session, province, code, sha256)[1] != b""


def test_the_repaired_file_brings_the_rest_and_leaves_the_others_as_they_are(province: Actor) -> None:
    parts = parts_of(check(province, *SOUND, BROKEN))
    with db.transaction() as session:
        submit(session, province, parts.sound, "首月")
    repaired = check(province, *SOUND, [*BROKEN[:3], 12, 10])
    assert parted(repaired) is None
    with db.transaction() as session:
        receipt = submit(session, province, repaired, "首月")
    assert (receipt.returns, receipt.unchanged) == (1, 2)
    assert [seen(code).revision for code in ("532929", "533325", "533301")] == [1, 1, 1]


def test_rows_of_nobody_and_of_another_province_stay_behind_alone(province: Actor) -> None:
    parts = parts_of(check(province, *SOUND, ["", "无此县", "2019-06", 1, 1], ["130624", "阜平县", "2019-06", 1, 1]))
    assert (parts.counties, parts.kept_back, parts.rows) == (2, {}, 2)
    assert parts.sentence == "认不出或不在范围内的2行"


def test_a_county_with_one_row_twice_or_one_month_wrong_comes_back_whole(province: Actor) -> None:
    twice = parts_of(check(province, *SOUND, SOUND[0]))
    assert (twice.counties, twice.kept_back) == (1, {"云龙县": 1})
    wrong = parts_of(check(province, *SOUND, ["532929", "云龙县", "六月份左右", 3, 40]))
    assert (wrong.counties, wrong.kept_back) == (1, {"云龙县": 1})


def test_a_file_without_an_error_or_with_nothing_but_errors_is_not_parted(province: Actor) -> None:
    assert parted(check(province, *SOUND)) is None
    assert parted(check(province, BROKEN)) is None


def test_an_error_of_the_whole_file_keeps_all_of_it_back(province: Actor) -> None:
    head = [*HEAD, "农产品网络销售额本月数(斤)"]
    with db.reading() as session:
        rows = [[*row, 1] for row in SOUND]
        checked = check_file(session, province, files.xlsx([head, *rows]), "错单位.xlsx")
    assert [finding.rule for finding in checked.findings if finding.severity == "error" and not finding.county] != []
    assert parted(checked) is None
