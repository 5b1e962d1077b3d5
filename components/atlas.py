"""The parts of the map page: what is asked, the county pointed at, the key, the source, the table."""

from typing import Any, Final

import pandas as pd
import streamlit as st

from components import geography, lists
from components.map_figures import Figure
from components.map_views import Sight
from programme.calendar import Month
from programme.catalogue import TIER_NAMES, Kpi, Tier, Year

RETURNS: Final = "本月报送情况"
AT: Final = "at"
CLICKED: Final = "clicked"
READ_AT_A_GLANCE: Final = 30
NAME_WIDTH: Final = 140
PHONE: Final = 480
MAIN_COLUMNS: Final = 4


def asked(year: Year) -> Kpi | None:
    """The indicator whose completion is shown, or None for the state of the returns."""
    kpis = {f"{target.kpi.short}完成率": target.kpi for target in year.targets}
    common = next((name for name, kpi in kpis.items() if all(year.target_of(kpi, tier) for tier in Tier)), RETURNS)
    names = [*kpis, RETURNS]
    picked = st.selectbox(
        "地图显示", names, index=names.index(common), key="show", bind="query-params", width=260, filter_mode=None
    )
    return kpis.get(str(picked))


# --- pointing at a county: it stands in the address, so that what is seen can be shared ---


def pointed_at(every: pd.DataFrame, core: int) -> int:
    """The internal id of the county in the address (?at=533301); 0 without one, or when it is not of the group chosen."""
    found = every[every["code"] == st.query_params.get(AT, "")]
    inside = found[found["core_county_id"] == core] if core else found
    return int(inside.index[0]) if len(inside) else 0


def show(sight: Sight) -> None:
    """The map. A click on a county points at it, a click beside the counties at none."""
    key = "map-region" if sight.focus else "map-country"
    event = st.pydeck_chart(
        sight.drawing, height=sight.drawing.pixels, on_select=_note_click, key=key, alt=sight.sentence
    )
    if st.query_params.pop(CLICKED, ""):
        _point(event.selection.objects.get("counties", []))


def _note_click() -> None:
    """Runs before the page, which alone can read what was clicked."""
    st.query_params[CLICKED] = "1"


def _point(clicked: list[dict[str, Any]]) -> None:
    if clicked:
        st.query_params[AT] = clicked[0]["properties"]["code"]
    else:
        st.query_params.pop(AT, "")
    st.rerun()


def beside(sight: Sight) -> None:
    """What stands beside the map: the county pointed at, the key, the source."""
    asked = sight.question
    if sight.chosen in asked.figures:
        _county(asked.figures[sight.chosen], asked.indicator, asked.month)
    elif sight.chosen:
        st.subheader(str(asked.every.loc[sight.chosen, "name"]), anchor=False)
        st.caption("这个县不在所选或您可查看的范围内，不显示数据。")
    else:
        st.caption("点击县域：放大到所在的核心示范县组，并在这里显示该县的数；点击县域以外返回。滚轮缩放，拖动平移。")
    st.vega_lite_chart(sight.key, theme=None)
    st.caption("★ 核心示范县；弧线由核心示范县连向它辐射带动的县。县均份额 = 目标 ÷ 该组县数，仅作参照。")
    source()


def source() -> None:
    """Where the outlines come from, with their approval number, under every map."""
    st.caption(f"{geography.source()['caption']}。")
    st.caption("底图边界经简化并叠加业务数据，仅供内部工作使用；公开展示前须按规定送审。")


def _county(figure: Figure, kpi: Kpi | None, month: Month) -> None:
    """One county's figures in words, and the way to its page."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(figure.name, anchor=False, width="content")
        st.badge(TIER_NAMES[figure.tier], icon=":material/hub:", color="violet")
    st.caption(f"{figure.place} · {figure.group}")
    if kpi:
        told = [f"{kpi.short}累计 **{figure.value}**"]
        if figure.goal:
            told += [f"县均份额 {figure.goal}", f"完成率 **{figure.reading}** {figure.light_text}"]
        st.markdown("  \n".join(told))
    st.markdown(f"{month.chinese}月报：**{figure.status_text}**")
    st.page_link(
        lists.COUNTY_PAGE, label="打开该县页面", icon=":material/arrow_forward:",
        query_params={"county": figure.code, "month": str(month)},
    )  # fmt: skip


def table(rows: pd.DataFrame, title: str, pixels: int) -> None:
    """As a table that can be read aloud where it is short, else as one that can be searched; a phone gets its main columns."""
    if len(rows) > READ_AT_A_GLANCE:
        name = st.column_config.TextColumn(pinned=True, width=NAME_WIDTH)
        st.dataframe(rows, hide_index=True, alt=title, column_config={"县": name})
    elif pixels >= PHONE:
        st.table(rows, hide_index=True, border="horizontal", alt=title)
    else:
        st.table(rows.iloc[:, :MAIN_COLUMNS], hide_index=True, border="horizontal", alt=title)
        st.caption("窄屏只列主要几列，下载的文件含全部各列。")
