"""The ways to look at the projects: as a list, as a board, by province against the quota, on the map."""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import atlas, downloads, filters, map_projects, maps, width
from components.map_projects import COUNTIES, PROVINCES, ProjectMap, Tally
from components.scheme import scheme
from programme import project_provinces, settings
from programme.permissions import Actor
from programme.project_facts import project_facts
from programme.project_provinces import ProvinceStanding, Quota

LIST, BOARD, BY_PROVINCE, MAP = "列表", "看板", "各省", "地图"
READ_AT_A_GLANCE: Final = 40


def chosen(actor: Actor) -> str:
    """Only what is chosen is computed; the address carries it."""
    ways = [LIST, BOARD, BY_PROVINCE, MAP] if project_provinces.quota_can_be_seen(actor) else [LIST, BOARD, MAP]
    picked = st.radio("怎样看", ways, key="view", bind="query-params", horizontal=True, label_visibility="collapsed")
    return picked or LIST


# --- by province ------------------------------------------------------------------------------------------------------


def quota_text(one: ProvinceStanding) -> str:
    """▼ 不足2个, ● 符合, ▲ 超过1个."""
    facts = project_facts()
    words = {
        Quota.SHORT: f"▼ 不足，差{facts.least - one.recommended}个",
        Quota.WITHIN: "● 符合",
        Quota.OVER: f"▲ 超过{one.recommended - facts.most}个",
    }
    return words[one.quota]


def provinces_table(standing: Sequence[ProvinceStanding]) -> pd.DataFrame:
    facts = project_facts()
    return pd.DataFrame(
        {
            "省（区、市）": one.name,
            "推荐": one.recommended,
            "其中已报送": one.reported,
            "其中已入选": one.confirmed,
            f"名额（{facts.least}～{facts.most}个）": quota_text(one),
        }
        for one in standing
    )


def by_province(actor: Actor) -> None:
    """All projects of the province's channel, whatever the filters say: a quota is not a quota of some of them."""
    with db.reading() as store:
        standing = project_provinces.provinces_standing(store, actor)
    facts, counted = project_facts(), [one.quota for one in standing]
    st.subheader(
        f"{len(standing)}个推荐单位：{counted.count(Quota.WITHIN)}个符合名额，"
        f"{counted.count(Quota.SHORT)}个不足，{counted.count(Quota.OVER)}个超过",
        anchor=False,
    )
    st.caption(
        "“推荐”是拟推荐和已报送、仍在办理的项目，已退出和未入选的不计；直接申报不占名额；不受上面的条件影响。"
        f"{facts.quota_citation}"
    )
    shown = provinces_table(standing)
    st.table(shown, hide_index=True, border="horizontal", alt="各省推荐项目数与名额")
    notes = [f"注：截至{settings.today():%Y年%-m月%-d日}。{facts.quota_citation}"]
    downloads.table(f"双百项目各省推荐情况_{settings.today():%Y%m%d}", notes, shown, "projects-provinces")


# --- on the map -------------------------------------------------------------------------------------------------------


def on_the_map(actor: Actor, found: pd.DataFrame, provinces: Mapping[str, str], places: pd.DataFrame) -> None:
    """The projects found, by province or by target county; beside the map the key, below it the same as a table."""
    picked = filters.one_way("drawn", "地图显示", [PROVINCES, COUNTIES])
    if picked == COUNTIES:
        _draw(COUNTIES, map_projects.of_counties(found, places), frozenset(places["code"]))
    else:
        codes = project_provinces.units_seen(actor, provinces, found["province_code"])
        _draw(PROVINCES, map_projects.of_provinces(found, {code: provinces[code] for code in codes}), frozenset())


def _draw(subject: str, tallies: tuple[Tally, ...], every: frozenset[str]) -> None:
    finding = st.container()
    left, right = st.columns([5, 3], gap="medium")
    with left:
        drawn = st.container()
        pixels = width.of_column("project-map-width", maps.WIDEST)
    shown = ProjectMap(subject, tallies, every, scheme().name, pixels)
    finding.subheader(shown.sentence, anchor=False)
    with drawn:
        st.pydeck_chart(shown.drawing, height=shown.drawing.pixels, key=f"map-{subject}", alt=shown.sentence)
    with right:
        st.vega_lite_chart(shown.key, theme=None)
        if subject == PROVINCES:
            st.caption("直接申报的项目不属于任何省；新疆生产建设兵团没有单独的界线，只列在表中。")
        else:
            st.caption("一个项目可以面向几个县，每个县各计一次。")
        atlas.source()
    st.subheader("同样的数，列成表", anchor=False)
    _table(shown)


def _table(shown: ProjectMap) -> None:
    rows, title = shown.table, f"双百项目{shown.subject}"
    if len(rows) > READ_AT_A_GLANCE:
        st.dataframe(rows, hide_index=True, alt=title)
    else:
        st.table(rows, hide_index=True, border="horizontal", alt=title)
    downloads.table(
        f"{title}_{settings.today():%Y%m%d}", [f"注：截至{settings.today():%Y年%-m月%-d日}。"], rows, "projects-map"
    )
