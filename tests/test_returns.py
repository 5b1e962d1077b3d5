"""From a workbook to figures that stand: the five broken cells, the second submission, the newer revision, the crash."""

from datetime import UTC, datetime

import pytest
from sqlmodel import func, select

import db
from programme import forms, settings
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.county_queries import revisions, uploaded_file
from programme.errors import NotAllowed, Outdated, ProgrammeError
from programme.findings import errors
from programme.models import AuditEvent, MonthlyReturn, Standing, StoredFile, Submission
from programme.permissions import Actor, Role
from programme.queries import View, progress
from programme.returns import Checked, check_file
from programme.submissions import Receipt, submit
from tests.factories import a_user

JUNE, JULY = Month(2019, 6), Month(2019, 7)
LUSHUI, YUNLONG = 533301, 532929
GOOD = {
    "brands": ("", "0"),
    "impressions": ("320.5", ""),
    "online_sales": ("12.3", ""),
    "trainees": ("65", ""),
    "posts": ("410", ""),
    "reads": ("38", ""),
    "households": ("", "120"),
}
Entries = dict[str, tuple[str, str]]


@pytest.fixture(autouse=True)
def _in_november() -> object:
    with settings.standing_at(datetime(2019, 11, 8, 2, tzinfo=UTC)):
        yield


def entries_of(entries: Entries) -> forms.Entries:
    return {kpi: {"month": month, "to_date": to_date} for kpi, (month, to_date) in entries.items()}


def check(actor: Actor, entries: Entries, month: Month = JUNE, county: int = LUSHUI) -> Checked:
    with db.reading() as session:
        return forms.check_entries(session, actor, county, month, entries_of(entries))


def hand_in(actor: Actor, entries: Entries, month: Month = JUNE, reason: str = "") -> Receipt:
    checked = check(actor, entries, month)
    with db.transaction() as session:
        return submit(session, actor, checked, reason)


def rules(checked: Checked) -> list[tuple[str, str]]:
    return [(finding.rule, finding.kpi) for finding in checked.findings]


def a_county() -> Actor:
    return a_user(Role.COUNTY, county="533301")


def test_a_sound_form_has_no_findings_and_its_figures_stand(store: str) -> None:
    county = a_county()
    assert check(county, GOOD).findings == []
    receipt = hand_in(county, GOOD)
    assert (receipt.returns, receipt.unchanged) == (1, 0)
    with db.reading() as session:
        lines = {line.target.kpi.code + "." + line.target.tier: line for line in progress(session, county, View(JUNE))}
        assert lines["impressions.core"].actual == 3_205_000
        assert lines["online_sales.core"].actual == 12_300_000
        assert lines["online_sales.radiating"].actual is None
        assert lines["brands.core"].actual == 0
        assert (lines["posts.all"].counties_reported, lines["posts.all"].counties_expected) == (1, 110)
        (event,) = session.exec(select(AuditEvent).where(AuditEvent.action == "return.submitted")).all()
    assert (event.user_name, event.county_id) == (county.name, LUSHUI)


def test_every_broken_cell_is_named_at_once_with_its_address(store: str) -> None:
    broken = GOOD | {
        "impressions": ("很多", ""),
        "online_sales": ("-3", ""),
        "trainees": ("65.5", ""),
        "posts": ("#DIV/0!", ""),
        "households": ("20", "100"),
    }
    checked = check(a_county(), broken, Month(2019, 5))
    found = {finding.kpi: finding for finding in errors(checked.findings)}
    assert {kpi: finding.rule for kpi, finding in found.items()} == {
        "impressions": "not_a_number",
        "online_sales": "negative",
        "trainees": "fraction",
        "posts": "error_cell",
        "households": "contradiction",
    }
    assert {finding.cell != "" and finding.sheet != "" for finding in found.values()} == {True}
    assert found["households"].repaired == "20"
    with pytest.raises(ProgrammeError, match="5处错误"), db.transaction() as session:
        submit(session, a_user(Role.OFFICE), checked)


def test_of_a_flow_either_column_will_do_and_both_must_agree(store: str) -> None:
    county = a_county()
    hand_in(county, GOOD, Month(2019, 5))
    hand_in(county, GOOD | {"posts": ("0", "")})
    assert check(county, GOOD | {"brands": ("", "0"), "posts": ("", "500")}, JULY).chain.values[0].tolist()[6] == 90
    assert rules(check(county, GOOD | {"posts": ("90", "500")}, JULY)) == []
    assert rules(check(county, GOOD | {"posts": ("90", "501")}, JULY)) == [("contradiction", "posts")]
    assert rules(check(county, GOOD | {"posts": ("", "400")}, JULY)) == [("to_date_falls", "posts")]


def test_a_stock_may_fall_only_with_a_reason(store: str) -> None:
    county = a_county()
    hand_in(county, GOOD)
    fewer = GOOD | {"households": ("", "90")}
    assert rules(check(county, fewer, JULY)) == [("stock_falls", "households")]
    with pytest.raises(ProgrammeError, match="1处警告"):
        hand_in(county, fewer, JULY)
    assert hand_in(county, fewer, JULY, "核减重复户30户").returns == 1
    with db.reading() as session:
        (revision,) = revisions(session, county, LUSHUI, JULY)
    assert revision.reason == "核减重复户30户"
    assert len(revision.remarks) == 1


def test_a_slip_of_ten_thousand_is_seen_against_the_countys_own_history(store: str) -> None:
    county = a_county()
    for month in (Month(2019, 5), JUNE):
        hand_in(county, GOOD, month)
    slipped = check(county, GOOD | {"online_sales": ("123000", "")}, JULY)
    assert rules(slipped) == [("unit_slip", "online_sales")]
    assert slipped.findings[0].repaired == "12.3"
    outlier = check(county, GOOD | {"online_sales": ("246", "")}, JULY)
    assert rules(outlier) == [("outlier", "online_sales")]
    assert "5月12.3万元、6月12.3万元" in outlier.findings[0].message


def test_zero_unreported_and_withdrawn_are_told_apart(store: str) -> None:
    county = a_county()
    assert rules(check(county, GOOD | {"trainees": ("", "")})) == [("unreported", "trainees")]
    assert rules(check(county, GOOD | {"trainees": ("0", "")})) == []
    hand_in(county, GOOD)
    assert rules(check(county, GOOD | {"trainees": ("", "")})) == [("reported_before", "trainees")]


def test_reads_without_posts_are_questioned(store: str) -> None:
    assert rules(check(a_county(), GOOD | {"posts": ("0", "")})) == [("reads_without_posts", "reads")]


def test_the_same_figures_again_change_nothing_and_say_so(store: str) -> None:
    county = a_county()
    hand_in(county, GOOD)
    receipt = hand_in(county, GOOD)
    assert (receipt.submission_id, receipt.returns, receipt.unchanged) == (None, 0, 1)
    assert "没有变化" in receipt.sentence
    with db.reading() as session:
        assert session.exec(select(func.count()).select_from(Submission)).one() == 1
        assert session.exec(select(func.count()).select_from(MonthlyReturn)).one() == 1


def test_a_revision_handed_in_by_somebody_else_since_the_preview_is_shown_and_nothing_is_overwritten(
    store: str,
) -> None:
    county, province = a_county(), a_user(Role.PROVINCE, province="53")
    mine = check(county, GOOD | {"posts": ("500", "")})
    hand_in(province, GOOD)
    with pytest.raises(Outdated, match="学员生产的扶贫类信息现为410条，本表为500条"), db.transaction() as session:
        submit(session, county, mine)
    with db.reading() as session:
        assert session.get(Standing, (LUSHUI, JUNE.number)).revision == 1


def test_whoever_submits_for_a_county_is_kept_beside_its_name(store: str) -> None:
    hand_in(a_user(Role.PROVINCE, province="53"), GOOD)
    county = a_county()
    with db.reading() as session:
        (revision,) = revisions(session, county, LUSHUI)
    assert (revision.user_name, revision.on_behalf) == ("province · 53", "泸水市工作小组")


def test_every_figure_leads_to_its_file_and_cell(store: str) -> None:
    county = a_county()
    checked = check(county, GOOD)
    with db.transaction() as session:
        submit(session, county, checked)
    with db.reading() as session:
        (revision,) = revisions(session, county, LUSHUI)
        name, content = uploaded_file(session, county, LUSHUI, revision.file_sha256)
    assert (name, content) == (checked.file_name, checked.content)
    import io

    import openpyxl

    cell = revision.cell_of("posts").split("、")[0]
    assert openpyxl.load_workbook(io.BytesIO(content))[revision.sheet][cell].value == 410


@pytest.mark.parametrize("role", list(Role))
def test_who_may_hand_in_for_lushui(store: str, role: Role) -> None:
    scope = {Role.COUNTY: {"county": "533301"}, Role.PROVINCE: {"province": "53"}}.get(role, {})
    actor = a_user(role, **scope)
    if role in (Role.COUNTY, Role.PROVINCE, Role.OFFICE):
        assert hand_in(actor, GOOD).returns == 1
    else:
        with pytest.raises(NotAllowed):
            check(actor, GOOD)


@pytest.mark.parametrize(("role", "scope"), [(Role.COUNTY, {"county": "532929"}), (Role.PROVINCE, {"province": "62"})])
def test_nobody_hands_in_for_a_county_outside_their_scope(store: str, role: Role, scope: dict[str, str]) -> None:
    with db.reading() as session:
        content = forms.blank_form(session, a_user(Role.OFFICE), LUSHUI, JUNE)
        filled = forms.filled(content, entries_of(GOOD))
        checked = check_file(session, a_user(role, **scope), filled, "月报.xlsx")
    assert [finding.rule for finding in errors(checked.findings)] == ["out_of_scope"]


def test_a_figure_outside_the_countys_scope_is_refused(store: str) -> None:
    office = a_user(Role.OFFICE)
    csv = "行政区划代码,县名,报告期,品牌累计曝光量本月数(万次),学员生产的扶贫类信息本月数(条)\n532929,云龙县,2019年6月,12,30\n"
    with db.reading() as session:
        checked = check_file(session, office, csv.encode(), "批量.csv")
    assert ("wrong_scope", "impressions") in rules(checked)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("533301,泸水市,2019年4月,30", "month_outside"),
        ("533301,泸水市,2019年12月,30", "month_in_future"),
        ("533301,泸水市,某月,30", "not_a_month"),
        ("533301,泸溪县,2019年6月,30", "county_conflict"),
        (",卢水县,2019年6月,30", "unknown_county"),
        ("110101,东城区,2019年6月,30", "not_a_member"),
    ],
)
def test_a_row_that_cannot_be_placed_is_named(store: str, row: str, rule: str) -> None:
    csv = f"行政区划代码,县名,报告期,学员生产的扶贫类信息本月数(条)\n{row}\n"
    with db.reading() as session:
        checked = check_file(session, a_user(Role.OFFICE), csv.encode("gb18030"), "批量.csv")
    assert [finding.rule for finding in errors(checked.findings)] == [rule]


def test_a_county_and_month_twice_in_a_file_is_named_with_the_other_row(store: str) -> None:
    csv = "行政区划代码,县名,报告期,学员生产的扶贫类信息本月数(条)\n" + "533301,泸水市,2019-06,30\n" * 2
    with db.reading() as session:
        checked = check_file(session, a_user(Role.OFFICE), csv.encode(), "批量.csv")
    (finding,) = errors(checked.findings)
    assert (finding.rule, finding.cell) == ("duplicate_row", "B3")
    assert "第2行" in finding.message


def test_months_of_one_batch_build_on_each_other_whatever_their_order(store: str) -> None:
    head = "行政区划代码,县名,报告期,学员生产的扶贫类信息累计数(条)\n"
    csv = head + "533301,泸水市,2019-08,90\n533301,泸水市,2019-06,30\n533301,泸水市,2019-07,50\n"
    office = a_user(Role.OFFICE)
    with db.reading() as session:
        checked = check_file(session, office, csv.encode(), "批量.csv")
    at = [kpi.code for kpi in catalogue().kpis].index("posts")
    assert checked.chain.values[:, at].tolist() == [30, 20, 40]


def test_nothing_is_left_behind_by_a_submission_that_fails_half_way(store: str) -> None:
    county = a_county()
    checked = check(county, GOOD)

    class Crash(Exception):
        pass

    def crash_half_way() -> None:
        with db.transaction() as session:
            submit(session, county, checked)
            raise Crash

    with pytest.raises(Crash):
        crash_half_way()
    with db.reading() as session:
        counts = [
            session.exec(select(func.count()).select_from(t)).one()
            for t in (StoredFile, Submission, MonthlyReturn, Standing)
        ]
    assert counts == [0, 0, 0, 0]


def test_a_draft_survives_and_is_dropped_once_handed_in(store: str) -> None:
    county = a_county()
    with db.transaction() as session:
        typed = forms.save_draft(session, county, LUSHUI, JUNE, {"posts": {"month": "写了一半"}})
    with db.reading() as session:
        assert forms.draft(session, county, LUSHUI, JUNE) == typed
        assert forms.draft(session, a_user(Role.OFFICE), LUSHUI, JUNE) is None
    hand_in(county, GOOD)
    with db.reading() as session:
        assert forms.draft(session, county, LUSHUI, JUNE) is None


def test_a_batch_file_is_not_handed_out_to_a_county_in_it(store: str) -> None:
    head = "行政区划代码,县名,报告期,学员生产的扶贫类信息本月数(条)\n"
    csv = head + "533301,泸水市,2019-06,30\n532929,云龙县,2019-06,31\n"
    office, county = a_user(Role.OFFICE), a_county()
    with db.transaction() as session:
        submit(session, office, check_file(session, office, csv.encode(), "批量.csv"), "其余指标暂未统计")
        (revision,) = revisions(session, county, LUSHUI)
        with pytest.raises(NotAllowed, match="其他县"):
            uploaded_file(session, county, LUSHUI, revision.file_sha256)
        with pytest.raises(NotAllowed):
            revisions(session, county, YUNLONG)
