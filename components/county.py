"""The parts of the county page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

import db
from components import basis, charts, labels, lists
from components.labels import plain
from components.progress import county_values, in_units, known
from components.scheme import scheme
from programme import settings, traces
from programme.calendar import Month
from programme.carrying_queries import CountyProject
from programme.catalogue import TIER_NAMES, Kpi, Tier, Year, catalogue
from programme.county_queries import Revision, county_light, share_of, uploaded_file
from programme.obligations import STATUS_NAMES, Status, status_in
from programme.permissions import Actor
from programme.project_facts import project_facts
from programme.queries import View
from programme.settings import clock

STATUS_COLOURS = {
    Status.NOT_DUE: "gray",
    Status.DUE: "gray",
    Status.OVERDUE: "red",
    Status.SUBMITTED: "blue",
    Status.SENT_BACK: "orange",
    Status.APPROVED: "blue",
    Status.ACCEPTED: "blue",
    Status.RELEASED: "blue",
}
CHANNELS = {"file": "上传文件", "online": "在线填报", "terminal": "终端报送"}

NO_BREAK = "\u00a0"


def names(frame: pd.DataFrame) -> dict[str, str]:
    """Code → name with province, of the counties the actor may see."""
    return {
        code: f"{name}（{province}）"
        for code, name, province in frame[["code", "name", "province"]].to_numpy().tolist()
    }


def own(frame: pd.DataFrame, actor: Actor) -> str:
    """The actor's own county, else the first core county they see."""
    if actor.county_id in frame.index:
        return str(frame.loc[actor.county_id, "code"])
    cores = frame[frame["tier"] == Tier.CORE.value]
    return str((cores if len(cores) else frame)["code"].iloc[0])


def profile(place: Any, every: pd.DataFrame, month: Month) -> None:
    """Who this is: name, tier, group, brand; and whether the month is in."""
    state = status_in(place, month, settings.today())
    st.header(f"{place['name']} · {place['prefecture']} · {place['province']}")
    with st.container(horizontal=True):
        st.badge(TIER_NAMES[place["tier"]], icon=":material/hub:", color="violet")
        st.badge(f"{month.chinese}：{STATUS_NAMES[state]}", color=STATUS_COLOURS[state])  # type: ignore[arg-type]
        if place["sanqu_sanzhou"]:
            st.badge("三区三州", color="gray")
        if place["sample"]:
            st.badge("示例数据", icon=":material/science:", color="gray")
    core = every.loc[place["core_county_id"], "name"]
    group = "本县" if place["tier"] == Tier.CORE else core
    facts = [f"行政区划代码 {place['code']}", f"所属核心示范县组：{group}"]
    facts += [f"特色品牌：{plain(place['brand'])}"] if place["brand"] else []
    facts += [f"特色产品：{plain(place['featured_products'])}"] if place["featured_products"] else []
    st.caption(" · ".join(facts))


def standing(place: Any, year: Year, view: View) -> None:
    """Every indicator of the county, in one table: this month, to date, even share, light."""
    rows = [_standing(place, year, kpi, view.month) for kpi in year.kpis_of(Tier(place["tier"]))]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt=f"{place['name']}各项指标")
    missing = [kpi.short for kpi in catalogue().kpis if kpi not in year.kpis_of(Tier(place["tier"]))]
    st.caption(
        f"截至{view.month.chinese}底，{basis.words(view)}。县均份额为目标除以该组县数，仅作参照。"
        + (f"不适用于本县：{'、'.join(missing)}。" if missing else "")
    )


def _standing(place: Any, year: Year, kpi: Kpi, month: Month) -> dict[str, str]:
    actual, share = known(place[kpi.code]), share_of(year, kpi, place["tier"])
    attained = labels.percent(actual / share if actual is not None and share else None)
    light = labels.light_text(county_light(year, kpi, place["tier"], actual, month).value)
    return {
        "指标": kpi.name,
        "本月": labels.figure(known(place[f"month_{kpi.code}"]), kpi),
        "累计": labels.figure(actual, kpi),
        "县均份额": labels.figure(round(share / kpi.factor) * kpi.factor, kpi) if share else "—",
        "完成份额": f"{attained} {light.replace(' ', NO_BREAK)}",
    }


def months(place: Any, year: Year, last: Month, history: Sequence[Revision]) -> None:
    """One indicator month by month up to the last one in view, as chart and as table: one without a return is 未报."""
    kpis = {kpi.name: kpi for kpi in year.kpis_of(Tier(place["tier"]))}
    kpi = kpis[str(st.selectbox("指标", kpis, key="kpi", bind="query-params"))]
    latest = {revision.month: revision for revision in reversed(history)}
    reached = [month for month in year.months if month <= last]
    values = [latest[month].figures[kpi.code] if month in latest else None for month in reached]
    frame = pd.DataFrame(
        {"month_text": [month.chinese for month in reached], "value": [in_units(value, kpi) for value in values]}
    )
    kind = "本月数" if kpi.is_flow else "月末数"
    st.caption(f"{kind}，单位：{kpi.unit}。{charts.history_sentence(frame)}")
    st.vega_lite_chart(charts.history(frame, scheme()), theme=None)
    texts = {month.chinese: [labels.figure(value, kpi)] for month, value in zip(reached, values, strict=True)}
    st.table(pd.DataFrame(texts), hide_index=True, alt=f"{kpi.name}逐月数据")


def group(place: Any, seen: pd.DataFrame, every: pd.DataFrame, year: Year) -> None:
    """The county among the counties of its core group, for those who may see them all."""
    members = every[every["core_county_id"] == place["core_county_id"]]
    if not members.index.isin(seen.index).all():
        st.info("组内其他县的数据不在您的查看范围内。", icon=":material/info:")
        return
    kpis = {kpi.name: kpi for kpi in year.kpis_of(Tier(place["tier"]))}
    kpi = kpis[str(st.selectbox("指标", kpis, key="kpi", bind="query-params"))]
    values = county_values(members, year, kpi)
    ordered = values.sort_values("value", ascending=False, na_position="last")
    rank = list(ordered["label"]).index(place["name"]) + 1
    st.caption(
        f"{kpi.name}累计：{place['name']}在组内{len(values)}个县中列第{rank}位。{charts.contributions_sentence(values)}"
    )
    st.vega_lite_chart(charts.contributions(values, scheme(), kpi.unit), theme=None)


def returns(actor: Actor, place: Any, year: Year, history: Sequence[Revision]) -> None:
    """Every revision with its file, and for each figure the cell it was read from."""
    if not history:
        st.info("本县还没有报送过月报。请在“填报”页下载填报表。", icon=":material/info:")
        return
    options = {f"{revision.month.chinese} 第{revision.revision}版": revision for revision in history}
    chosen = options[str(st.selectbox("哪一版月报", options))]
    behalf = f"，代{plain(chosen.on_behalf)}报送" if chosen.on_behalf else ""
    st.markdown(
        f"**{plain(chosen.user_name)}**于{clock(chosen.at)}{CHANNELS.get(chosen.channel, chosen.channel)}{behalf}；"
        f"文件“{plain(chosen.file_name)}”"
    )
    st.caption(f"文件指纹（SHA-256）：{chosen.file_sha256}")
    st.table(
        pd.DataFrame(_sources(chosen, year.kpis_of(Tier(place["tier"])))), hide_index=True, alt="每个数的来源单元格"
    )
    if chosen.reason:
        st.caption(f"对警告的说明：{plain(chosen.reason)}")
    for remark in chosen.remarks:
        st.caption(f"· {plain(remark)}")
    with lists.refusal_as_caption():
        with db.reading() as opened:
            name, content = uploaded_file(opened, actor, int(place.name), chosen.file_sha256)
        st.download_button("下载报送时的原文件", content, name, icon=":material/download:", on_click="ignore")


def trace(actor: Actor, place: Any, year: Year, month: Month) -> None:
    """One figure of the month, revision by revision: value, who and when, why, file and cell, who reviewed, which release."""
    kpis = {kpi.name: kpi for kpi in year.kpis_of(Tier(place["tier"]))}
    kpi = kpis[str(st.selectbox("指标", kpis, key="kpi", bind="query-params"))]
    with db.reading() as opened:
        rows = traces.trace(opened, actor, str(place["code"]), month, kpi)
    if not rows:
        st.info(f"{month.chinese}还没有报送过，没有可追溯的数。", icon=":material/info:")
        return
    kind = "本月数" if kpi.is_flow else "期末数"
    st.caption(f"{place['name']}{month.chinese}“{kpi.name}”{kind}的来历，新版在前。文件在“报送与来源”中下载。")
    table = pd.DataFrame(
        {
            "版": [row["revision"] for row in rows],
            kind: [labels.figure(row["value"], kpi) for row in rows],
            "报送": [f"{plain(row['submitted_by'])} {clock(datetime.fromisoformat(row['at']))}" for row in rows],
            "文件与单元格": [plain(f"{row['file_name']} {row['sheet']} {row['cell'] or '—'}") for row in rows],
            "审核与接收": [plain("；".join(row["reviewers"])) or "—" for row in rows],
            "说明": [plain(row["reason"]) or "—" for row in rows],
            "发布（期）": ["、".join(map(str, row["releases"])) or "—" for row in rows],
        }
    )
    st.table(table, hide_index=True, border="horizontal", alt=f"{place['name']}{month.chinese}{kpi.name}的来历")


def projects(named: Sequence[CountyProject]) -> None:
    """The enterprise projects that name the county; nothing when there is none."""
    if not named:
        return
    st.subheader(f"面向本县的“双百”项目（{len(named)}个）", anchor=False)
    rows = [
        {
            "项目": f"{plain(one.name)}  \n:small[:gray[{plain(one.no)} · {plain(one.enterprise)}]]",
            "状态": project_facts().state(one.state).public,
            "最近进展": f"**{one.period.name}** {plain(' '.join(one.text.split()))}"
            if one.period
            else "还没有经确认的进展报告",
        }
        for one in named
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="面向本县的项目")


def _sources(revision: Revision, kpis: Sequence[Kpi]) -> list[dict[str, str]]:
    return [
        {
            "指标": kpi.name,
            "本月数或月末数": labels.figure(revision.figures[kpi.code], kpi),
            "工作表": plain(revision.sheet),
            "单元格": revision.cell_of(kpi.code) or "—",
        }
        for kpi in kpis
    ]
