"""What the progress pages look at: month, tier, province, core group. Drawn once above the pages, shared by the address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import streamlit as st

from components import messages, session, store, turns
from programme import settings
from programme.calendar import Month
from programme.catalogue import TIER_NAMES, Tier, Year, catalogue
from programme.county_queries import in_scope
from programme.permissions import Actor, Role
from programme.queries import View, narrowed, year_named

ALL: Final = "all"
CHOSEN: Final = "_view"
COUNTY: Final = "_county"
COUNTY_ASKED: Final = "_county_asked"
BASIS: Final = "basis"
BASIS_ASKED: Final = "_basis_asked"


@st.fragment
def part(met: Actor, shown: Callable[[], None]) -> None:
    """The filters and, below them, what they change: a changed filter runs this part alone, not what surrounds it."""
    with turns.one_at_a_time(), session.guarded_part(met), messages.refusals_shown():
        _show(met, session.data_version())
        shown()


def _show(actor: Actor, version: int) -> None:
    """Draw the filters the actor may use and remember the view they make."""
    year = catalogue().current_year
    places = _places(settings.database_url(), version, year.year, actor)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        month, release = _month_and_basis(actor, version, year)
        if places.counties <= 1:
            chosen = View(month, release=release)
        else:
            tier = _choice("tier", "县类别", {tier.value: TIER_NAMES[tier] for tier in Tier})
            province = _choice("province", "省（区、市）", places.provinces)
            core = _choice("core", "核心示范县组", places.groups)
            chosen = View(month, tier, province, places.ids[core] if core else 0, release)
    st.session_state[CHOSEN] = narrowed(actor, chosen)


def whole_view(actor: Actor, version: int) -> View:
    """Month and basis alone, for pages about one county; the same choices as above the other pages."""
    month, release = _month_and_basis(actor, version, catalogue().current_year)
    return View(month, release=release)


def reporting_month(months: Sequence[Month]) -> Month:
    """The month to report: chosen, from the address, or the newest that has ended."""
    texts = [str(month) for month in months]
    ended = next((at for at, month in enumerate(months) if month.last_day < settings.today()), 0)
    return Month.parse(str(st.selectbox("报告期", texts, index=ended, key="period", bind="query-params", width=130)))


def county(codes: dict[str, str], default: str) -> str:
    """Which county, from the address (?county=533301) or chosen; `codes` are those the actor may see, with their names."""
    asked = st.query_params.get("county", "")
    if asked in codes and st.session_state.get(COUNTY_ASKED) != asked:
        st.session_state[COUNTY] = st.session_state[COUNTY_ASKED] = asked
    elif asked and asked not in codes:
        words = "地址中的县不在您的范围内，或代码有误；已改为显示您范围内的县。"
        st.toast(words, icon=":material/info:", duration="long")
    held = st.session_state.get(COUNTY, default)  # said again on every page: a widget's state stays behind on its own
    st.session_state[COUNTY] = held if held in codes else default
    picked = st.selectbox("县", list(codes), key=COUNTY, format_func=lambda code: codes[code], filter_mode="contains")
    st.session_state[COUNTY_ASKED] = st.query_params["county"] = str(picked)
    return str(picked)


def view() -> View:
    """The view chosen above the page."""
    chosen = st.session_state[CHOSEN]
    assert isinstance(chosen, View)
    return chosen


def columns(names: Sequence[str], usual: Sequence[str]) -> list[str]:
    """Which columns of a table are shown, in the order of `names`; the address keeps a choice, none is the usual one."""
    with st.popover("栏目", icon=":material/view_column:"):
        picked = st.multiselect("显示和下载的栏目", names, default=usual, key="columns", bind="query-params", width=320)
    return [name for name in names if name in picked] or list(usual)


def ask_for(**values: str | int) -> None:
    """Set filters of this page as if somebody had chosen them; runs before the page, as a callback."""
    for name, value in values.items():
        st.session_state[name] = value


def one_way(name: str, label: str, ways: Sequence[str]) -> str:
    """One of several ways to see the same, the first unless the address (?name=…) or a click says otherwise. Not bound by
    Streamlit: what is drawn below and measures itself runs the page again before a bound choice has arrived."""
    asked, widget = st.query_params.get(name, ""), f"_{name}"
    if widget not in st.session_state:
        st.session_state[widget] = asked if asked in ways else ways[0]
    picked = str(st.radio(label, ways, key=widget, horizontal=True, label_visibility="collapsed"))
    if picked != (asked or ways[0]):
        st.query_params[name] = picked
    return picked


def _month_and_basis(actor: Actor, version: int, year: Year) -> tuple[Month, int]:
    """The month, and the release of it whose figures are shown (0: 工作口径). Released figures have released months only."""
    issued, latest = store.issues(version, year), store.latest_month(version, year)
    released = bool(issued) and _released_chosen(actor)
    month = _month(list(issued) if released else [month for month in year.months if month <= latest])
    return month, issued[month].number if released else 0


def _released_chosen(actor: Actor) -> bool:
    """The leading group looks at released figures unless it chooses otherwise; everybody else at what stands now."""
    names = {"working": "工作口径", "released": "已发布"}
    asked = st.query_params.get(BASIS, "")
    if asked in names and st.session_state.get(BASIS_ASKED) != asked:
        st.session_state[BASIS] = asked
    usual = "released" if actor.role is Role.LEADER else "working"
    st.session_state[BASIS] = st.session_state.get(BASIS, st.session_state.get(BASIS_ASKED, usual))
    picked = st.selectbox("口径", list(names), key=BASIS, format_func=names.__getitem__, filter_mode=None, width=130)
    st.session_state[BASIS_ASKED] = picked
    if asked != picked:
        st.query_params[BASIS] = picked
    return picked == "released"


def _month(months: Sequence[Month]) -> Month:
    """One of `months`, the newest unless chosen otherwise."""
    texts = [str(month) for month in sorted(months, reverse=True)]
    picked = st.selectbox(
        "截至月份", texts, key="month", bind="query-params", format_func=str, filter_mode=None, width=130
    )
    return Month.parse(picked or texts[0])


def _choice(key: str, label: str, names: dict[str, str]) -> str:
    """One of the keys of `names`, or "" for all."""
    picked = st.selectbox(
        label, [ALL, *names], key=key, bind="query-params", width=190, filter_mode="contains",
        format_func=lambda option: "全部" if option == ALL else names[option],
    )  # fmt: skip
    return "" if picked in (ALL, None) else str(picked)


@dataclass(frozen=True)
class Places:
    """What an actor may choose from: provinces and core groups by code, with the ids of the core counties."""

    counties: int
    provinces: dict[str, str]
    groups: dict[str, str]
    ids: dict[str, int]


@lru_cache(maxsize=256)
def _places(url: str, version: int, year: int, actor: Actor) -> Places:
    facts = year_named(year)
    frame = in_scope(actor, store.counties(version, facts, store.latest_month(version, facts)))
    cores = frame[frame["tier"] == Tier.CORE.value]
    return Places(
        counties=len(frame),
        provinces=dict(sorted(zip(frame["province_code"], frame["province"], strict=True))),
        groups={code: f"{name}组" for code, name in zip(cores["code"], cores["name"], strict=True)},
        ids={code: int(county) for county, code in zip(cores.index, cores["code"], strict=True)},
    )
