"""What can be taken away of a release: slides, data, one-page sheets. Each is made when it is asked for, for whoever asks then."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

import db
from components import downloads, session
from programme import release_papers
from programme.catalogue import Tier, Year
from programme.frozen_release import frozen
from programme.permissions import Actor, Permission, refusal
from programme.release_issues import Issue, in_force, issues
from programme.release_papers import file_name

Verb = Callable[..., bytes]


def of_release(actor: Actor, issue: Issue) -> None:
    """For those who see every county the slides and the data; for everybody the sheets within their scope."""
    st.markdown("**材料**")
    if sees_everything(actor):
        with st.container(horizontal=True):
            name = partial(file_name, issue)
            slides, data = (
                made_later(release_papers.briefing, issue.number),
                made_later(release_papers.data, issue.number),
            )
            downloads.slides("下载简报（pptx）", name("简报.pptx"), slides, "paper-briefing")
            downloads.workbook("下载数据（xlsx）", name("数据.xlsx"), data, "paper-data")
    _sheets(actor, issue)


def _sheets(actor: Actor, issue: Issue) -> None:
    with db.reading() as opened:
        groups, counties = release_papers.sheets_within_reach(frozen(opened, issue.number), actor)
    choices = {
        f"{core.name}组（{core.code}）": (release_papers.group_sheet, core.code, f"{core.name}组") for core in groups
    }
    choices |= {f"{one.name}（{one.code}）": (release_papers.county_sheet, one.code, one.name) for one in counties}
    if not choices:
        st.caption("本期的名单里没有您范围内的县。")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = next(iter(choices))
        chosen = first if len(choices) == 1 else str(st.selectbox("一页纸：哪个县或组", choices, key="paper-of"))
        make, code, name = choices[chosen]
        _sheet(make, code, issue, name)


def of_county(actor: Actor, place: Any, year: Year) -> None:
    """The sheet of a county, and of the group where it is the core county, from the newest release, if it is in it."""
    with db.reading() as opened:
        known = in_force(issues(opened, year))
        issue = known[max(known)] if known else None
        there = issue and release_papers.is_in(opened, int(place.name), issue.number)
    if issue is None or not there:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        _sheet(release_papers.county_sheet, str(place["code"]), issue, str(place["name"]))
        if place["tier"] == Tier.CORE and sees_everything(actor):
            _sheet(release_papers.group_sheet, str(place["code"]), issue, f"{place['name']}组")
        st.caption(f"按最近发布的{issue.title}。")


def sees_everything(actor: Actor) -> bool:
    return refusal(actor, Permission.SEE_COUNTY, release_papers.EVERYWHERE) is None


def _sheet(make: Verb, code: str, issue: Issue, name: str) -> None:
    file = file_name(issue, f"{name}_一页纸.pdf")
    downloads.pdf(f"下载{name}一页纸（pdf）", file, made_later(make, code, issue.number), f"paper-sheet-{name}")


def made_later(make: Verb, *which: str | int) -> Callable[[], bytes]:
    """Made later, for whoever is signed in then: the verb asks for permission and scope."""
    asking = session.later(Permission.SEE_COUNTY)

    def content() -> bytes:
        with db.reading() as opened:
            return make(opened, asking(), *which)

    return content
