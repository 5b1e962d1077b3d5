"""The rules of the bulletin on releases made of values: what is ahead, behind, corrected, to come, and what each sentence keeps."""

from dataclasses import replace

import pytest

from programme.bulletin_blocks import Block, bulletin_blocks, composed
from programme.bulletin_facts import bulletin_facts, fields_in, filled, read
from programme.bulletin_rules import CONDITIONS
from programme.bulletin_sources import Source, by_county, visible
from programme.bulletin_told import gap_text, target
from programme.calendar import Month
from programme.catalogue import Kpi, catalogue
from programme.frozen_release import FrozenMember
from programme.official_paper import Kind
from programme.permissions import Actor, Role
from programme.release_content import LEFT, SUPPLEMENT
from programme.release_words import distance, target_row
from programme.showcase_facts import ShownPractice
from programme.wording import LIGHTS
from tests.bulletin_values import (
    AUGUST,
    DECEMBER,
    JUNE,
    SEPTEMBER,
    YEAR,
    a_correction,
    a_release,
    evenly,
    told,
    values,
)

SALES = catalogue().kpi("online_sales")


def sentences(blocks: list[Block]) -> str:
    return "\n".join(block.text for block in blocks)


def behind_in_the_first_group(kpi: Kpi, member: FrozenMember, month: object) -> int | None:
    return 1 if member.core_county_id == 110000 else 20


# --- the data ---------------------------------------------------------------------------------------------------------


def test_every_rule_has_its_condition_and_every_condition_its_rule() -> None:
    assert {rule.condition for rule in bulletin_facts().rules.values()} == set(CONDITIONS)


def test_tables_are_as_wide_as_the_text_at_most() -> None:
    tables = [rule for rule in bulletin_facts().rules.values() if rule.columns]
    assert [sum(column.width for column in rule.columns) for rule in tables] == [156, 156]


def test_a_template_reaches_nothing_but_the_fields_it_is_given() -> None:
    assert filled("{month}：{{不是字段}}", {"month": "9月"}) == "9月：{不是字段}"
    with pytest.raises(KeyError):
        filled("{month.__class__}", {"month": "9月"})
    assert fields_in("{a}和{b}") == {"a", "b"}


def test_a_rule_with_a_section_that_is_none_is_refused_at_start() -> None:
    rule = {"id": "x", "section": "lost", "condition": "lights", "sentence": ""}
    limits = bulletin_facts().limits.__dict__
    with pytest.raises(ValueError, match="lost"):
        read({"words": {}, "limits": limits, "section": [], "rule": [rule]})


def test_every_rule_that_can_be_told_of_something_is_told_of_it_and_fills_its_fields() -> None:
    """These releases between them meet every condition, so that no template names a field that nobody gives."""
    corrections = [a_correction(), a_correction(reason=SUPPLEMENT), a_correction(999999, LEFT, new=None)]
    idle = a_release(
        lambda kpi, member, month: 0 if kpi == SALES else 12, corrections=corrections, absent=[110001, 110002]
    )
    idle.facts["absent"][1]["status"] = "submitted"
    practices = [ShownPractice(1, 110000, "第1县", "案例", "直播带货", "", (), (), False)]
    blocks = bulletin_blocks(idle, a_release(evenly(14), AUGUST, 4), practices)
    others = [a_release(evenly(100), DECEMBER), a_release(evenly(10)), a_release(evenly(12))]
    others += [a_release(behind_in_the_first_group), a_release(lambda *_: None)]
    for held in others:
        blocks += bulletin_blocks(held, held) if held.month == SEPTEMBER else bulletin_blocks(held, None)
    said = {block.rule for block in blocks if block.rule}
    assert set(bulletin_facts().rules) - said == set()
    assert not any("{" in block.text for block in blocks)


# --- ahead and behind -------------------------------------------------------------------------------------------------


def test_targets_are_ahead_from_the_elapsed_share_on_and_behind_below_it() -> None:
    """125 of 217 days have gone: 57.6 %."""
    ahead, amber, red = (a_release(evenly(share)) for share in (12, 10, 5))  # of five months: 60, 50, 25 %
    assert [len(CONDITIONS["targets_ahead"](told(one))) for one in (ahead, amber, red)] == [10, 0, 0]
    assert [len(CONDITIONS["targets_amber"](told(one))) for one in (ahead, amber, red)] == [0, 10, 0]
    assert [len(CONDITIONS["targets_red"](told(one))) for one in (ahead, amber, red)] == [0, 0, 10]
    sales = CONDITIONS["targets_ahead"](told(ahead))[2]
    assert (sales.values["actual"], sales.values["attainment"], sales.values["lead"]) == (
        "600万元", "60.0%", "超前2.4个百分点",
    )  # fmt: skip
    assert CONDITIONS["none_behind"](told(ahead)) != CONDITIONS["none_behind"](told(red)) == []


def test_a_target_behind_says_by_how_much_and_which_pace_would_still_reach_it() -> None:
    red = CONDITIONS["targets_red"](told(a_release(evenly(5))))[3]  # 5 of 1 million 元 a month
    assert red.values["name"] == "辐射带动县农产品网络销售额"
    assert red.values["gap"] == "32.6个百分点"
    assert red.values["short"] == "163万元"
    assert red.values["pace"] == "，今后3个月月均需新增125万元才能达到目标（近3个月月均25万元）"


def test_the_recent_pace_is_not_told_before_there_is_one_nor_the_needed_one_at_the_end() -> None:
    june, december = (CONDITIONS["targets_red"](told(a_release(evenly(2), month))) for month in (JUNE, DECEMBER))
    assert values(june, "pace")[2] == "，今后6个月月均需新增160万元才能达到目标"
    assert set(values(december, "pace")) == {""}


def test_the_recent_pace_is_that_of_the_forecast_and_names_its_months_when_one_is_left_out() -> None:
    def share(kpi: Kpi, member: FrozenMember, month: object) -> int | None:
        return None if month == AUGUST and member.county_id % 100 > 4 else 5

    october = a_release(share, SEPTEMBER.plus(1))
    paces = values(CONDITIONS["targets_red"](told(october)), "pace")
    assert paces[3].endswith("（7月、9月、10月月均25万元）")
    short = CONDITIONS["targets_red"](told(a_release(share)))  # three months that count are too few
    assert "月均需新增" in values(short, "pace")[3]
    assert "（" not in values(short, "pace")[3]


def test_what_is_reached_on_the_last_day_is_not_early() -> None:
    december, september = (
        sentences(bulletin_blocks(a_release(evenly(20), month), None)) for month in (DECEMBER, SEPTEMBER)
    )
    assert ("其中已达到目标的有10项" in december, "其中已提前达到目标的有10项" in september) == (True, True)


def test_the_smallest_gap_is_never_written_as_nothing() -> None:
    (elapsed,) = {line.elapsed for line in told(a_release(evenly(1))).lines}
    assert [gap_text(elapsed), gap_text(elapsed / 10**4), gap_text(elapsed * 0)] == [
        "57.6个百分点", "不到0.1个百分点", "0.0个百分点",
    ]  # fmt: skip


def test_what_just_misses_its_target_does_not_read_as_if_it_had_reached_it() -> None:
    line = next(one for one in told(a_release(evenly(12), DECEMBER)).lines if one.target.kpi == SALES)
    goal = round(line.goal)
    near = replace(line, actual=goal - 6000)
    shown = target(near).values
    assert shown["actual"] == f"{goal // 100 - 60:,}元"
    assert (shown["attainment"], shown["difference"]) == ("99.9%", "低不到0.1个百分点")
    assert (target_row(near)[2], distance(near)) == (shown["actual"], shown["difference"])
    assert target(replace(near, actual=goal)).values["actual"] == shown["goal"]


def test_a_target_whose_light_changed_since_the_release_before_is_named() -> None:
    before = a_release(evenly(10), AUGUST, 4)  # 40 % of 43.8 %
    found = CONDITIONS["turned"](told(a_release(evenly(12)), before))
    assert {(one.values["old"], one.values["new"]) for one in found} == {(LIGHTS["amber"].word, LIGHTS["green"].word)}
    assert CONDITIONS["turned"](told(a_release(evenly(12)))) == []


# --- who needs help ---------------------------------------------------------------------------------------------------


def test_a_group_needs_help_when_many_targets_are_far_behind_and_the_reasons_are_figures() -> None:
    held = a_release(behind_in_the_first_group, absent=[110003])
    (found,) = CONDITIONS["groups_far_behind"](told(held))
    assert (found.values["group"], found.values["counties"], found.values["far"]) == ("第1县", "11", "10")
    reached = held.to_date(catalogue().kpi("households"), [one.county_id for one in held.group(110000)])
    assert f"惠及贫困户{reached}户，折算完成率5.0%" in found.values["lines"]
    assert found.values["reasons"].startswith("本月未计入的县有1个：第1县之3。")
    households = [one for one in found.source if (one.kpi, one.measure) == ("households", "to_date")]
    assert households == [Source("households", "group", "110000", "第1县组", "2019-09", "to_date", reached)]


def test_zero_and_unreported_are_different_reasons() -> None:
    def share(kpi: Kpi, member: FrozenMember, month: object) -> int | None:
        if member.core_county_id != 110000:
            return 20
        return None if kpi.code == "posts" and member.county_id == 110001 else 0

    (found,) = CONDITIONS["groups_far_behind"](told(a_release(share)))
    zero, unreported = found.values["reasons"].split("。")[:2]
    assert zero.startswith("累计为0的县：辐射带动县农产品网络销售额10个、辐射带动县上线开店企业10个、")
    assert "学员生产的扶贫类信息10个" in zero
    assert unreported == "尚无已接收数的县：学员生产的扶贫类信息1个"


def test_groups_are_named_in_the_order_of_their_codes_not_of_their_figures() -> None:
    def share(kpi: Kpi, member: FrozenMember, month: object) -> int:
        return {110000: 4, 120000: 1, 130000: 2}.get(member.core_county_id, 20)

    assert values(CONDITIONS["groups_far_behind"](told(a_release(share))), "group") == ["第1县", "第2县", "第3县"]
    assert len(CONDITIONS["groups_ahead"](told(a_release(share)))) == 7


def test_a_county_without_a_return_is_named_with_its_state_and_for_how_long() -> None:
    held = a_release(evenly(12), absent=[110001, 110002])
    held.returns[110002].pop(AUGUST)
    found = CONDITIONS["counties_absent"](told(held))
    assert [(one.values["county"], one.values["status"], one.values["again"]) for one in found] == [
        ("第1县之1", "逾期未报", ""), ("第1县之2", "逾期未报", "，连续2个月"),
    ]  # fmt: skip


def test_a_county_that_reports_nothing_sold_for_months_is_named_and_one_that_does_not_report_is_not() -> None:
    def share(kpi: Kpi, member: FrozenMember, month: object) -> int | None:
        idle = {110001: 0, 110002: None}.get(member.county_id, 12)
        return idle if kpi == SALES and month in (AUGUST, SEPTEMBER) else 12

    assert values(CONDITIONS["counties_idle"](told(a_release(share))), "county") == ["第1县之1"]


def test_when_nobody_needs_attention_it_is_said() -> None:
    blocks = bulletin_blocks(a_release(evenly(12)), None)
    assert "本期没有达到关注条件的组和县。" in sentences(blocks)


# --- corrections and what comes next ----------------------------------------------------------------------------------


def test_corrections_supplements_and_counties_that_left_are_three_things() -> None:
    supplements = [a_correction(110002, SUPPLEMENT, old=None, kpi=kpi) for kpi in ("posts", "reads")]
    held = a_release(evenly(12), corrections=[a_correction(), *supplements, a_correction(999999, LEFT, new=None)])
    before = a_release(evenly(12), AUGUST, 4)
    blocks = bulletin_blocks(held, before)
    assert "自第4期（2019年8月）发布以来，经审核更正1个县的1个数" in sentences(blocks)
    assert "补入第4期（2019年8月）发布时尚未接收的月报1份：第1县之22019年8月。" in sentences(blocks)
    assert "已不在县名单之内、其数不再计入的有1个县：旧县。" in sentences(blocks)
    (table,) = [block for block in blocks if block.rule == "corrections-table"]
    assert table.rows[1:] == (("第1县之1", "2019年8月", "农产品网络销售额", "1,000元", "2,000元", "漏记一笔"),)
    assert [one.value for one in table.source] == [100_000, 200_000]


def test_of_very_many_only_so_many_are_listed_and_all_are_counted() -> None:
    rows = [a_correction(month="2019-08", revision=at) for at in range(35)]
    absent = [int(f"{11 + at % 10}00{1 + at // 10:02d}") for at in range(40)]
    blocks = bulletin_blocks(a_release(evenly(12), corrections=rows, absent=absent), a_release(evenly(12), AUGUST, 4))
    (table,) = [block for block in blocks if block.rule == "corrections-table"]
    assert (len(table.rows), table.text) == (21, "自第4期（2019年8月）发布以来的更正（列出前20个，共35个）")
    (named,) = [block for block in blocks if block.rule == "counties-absent" and block.kind == Kind.PARAGRAPH]
    assert "未被接收的有40个县" in named.text
    assert named.text.endswith("等40个。")
    assert len(named.source) == 40


def test_without_a_correction_it_is_said_and_the_first_release_says_that_it_is_the_first() -> None:
    held, before = a_release(evenly(12)), a_release(evenly(12), AUGUST, 4)
    assert "自第4期（2019年8月）发布以来没有更正。" in sentences(bulletin_blocks(held, before))
    assert "本期为首次发布，没有更正。" in sentences(bulletin_blocks(held, None))


def test_the_next_deadline_comes_from_the_calendar_and_the_last_month_has_none() -> None:
    august, december = (sentences(bulletin_blocks(a_release(evenly(12), month), None)) for month in (AUGUST, DECEMBER))
    assert "2019年9月月报请于2019年10月8日（遇节假日顺延）前报送" in august
    assert "月报请于" not in december
    assert "本期为2019年度最后一个报告期。" in december


def test_who_has_not_handed_in_is_asked_to_and_what_waits_is_asked_of_those_who_review_it() -> None:
    def said(month: Month) -> list[str]:
        held = a_release(evenly(12), month, absent=[110001, 110002, 110003])
        held.facts["absent"][1]["status"], held.facts["absent"][2]["status"] = "approved", "sent_back"
        return [one.text for one in bulletin_blocks(held, None) if one.rule.endswith("-to-come") and "月报" in one.text]

    assert said(SEPTEMBER) == [
        "2019年9月月报未报送或被退回的2个县请尽快补报或更正，补报的数列入下一期。",
        "2019年9月月报已报送、未被接收的1个县，请省级信息中心、办公室尽快审核接收，接收的数列入下一期。",
    ]
    assert [one.rpartition("数")[2] for one in said(DECEMBER)] == ["在本期重新发布时列入。"] * 2


# --- blocks -----------------------------------------------------------------------------------------------------------


def test_every_sentence_about_figures_keeps_the_figures_it_was_made_from() -> None:
    held = a_release(behind_in_the_first_group, absent=[110003], corrections=[a_correction()])
    blocks = bulletin_blocks(held, a_release(evenly(12), AUGUST, 4))
    without = {"groups-basis", "next-due", "days-left"}
    assert {one.rule for one in blocks if one.kind in (Kind.PARAGRAPH, Kind.TABLE) and not one.source} == without
    stored = {(one.kpi, one.code): one.value for block in blocks for one in block.source if one.measure == "to_date"}
    totals = {(line.target.kpi.code, line.target.tier): line.actual for line in held.lines()}
    assert {key: stored[key] for key in totals} == totals


def test_headings_are_numbered_without_those_that_are_left_empty() -> None:
    kinds = (
        (Kind.HEADING1, "甲"),
        (Kind.HEADING1, "乙"),
        (Kind.HEADING2, "子"),
        (Kind.HEADING2, "丑"),
        (Kind.PARAGRAPH, "文"),
        (Kind.HEADING1, "丙"),
    )
    made = composed([Block(kind, text) for kind, text in kinds])
    assert [block.text for block in made] == ["一、乙", "（一）丑", "文"]


def test_a_figure_opens_down_to_the_counties_within_ones_scope_and_adds_up() -> None:
    held = a_release(evenly(12))
    total = next(one for one in CONDITIONS["targets_ahead"](told(held))[3].source if one.measure == "to_date")
    leader, province = Actor(1, "l", "领导小组", Role.LEADER), Actor(2, "p", "省", Role.PROVINCE, None, "11")
    rows = by_county(leader, held, total)
    assert (len(rows), sum(one.value or 0 for one in rows)) == (100, total.value)
    assert {one.code[:2] for one in by_county(province, held, total)} == {"11"}
    assert by_county(leader, held, replace(total, measure="goal")) == []


def test_of_groups_and_counties_one_sees_the_figures_of_ones_own_scope_only() -> None:
    held = a_release(behind_in_the_first_group, absent=[110003, 120003])
    every = [one for block in bulletin_blocks(held, None) for one in block.source]
    seen = {
        name: {(one.kind, one.code) for one in visible(actor, held, every) if one.kind != "tier"}
        for name, actor in {
            "leader": Actor(1, "l", "领导小组", Role.LEADER),
            "own": Actor(2, "p", "省", Role.PROVINCE, None, "11"),
            "other": Actor(3, "q", "省", Role.PROVINCE, None, "13"),
            "county": Actor(4, "c", "县", Role.COUNTY, 120003, "12"),
        }.items()
    }
    assert {("group", "110000"), ("county", "110003"), ("county", "120003")} <= seen["leader"]
    assert seen["own"] == {(kind, code) for kind, code in seen["leader"] if code.startswith("11")}
    assert (seen["other"] & {("group", "110000")}, seen["county"]) == (set(), {("county", "120003")})
    assert len(visible(Actor(4, "c", "县", Role.COUNTY, 120003, "12"), held, every)) < len(every)
    assert YEAR.year == held.year.year
