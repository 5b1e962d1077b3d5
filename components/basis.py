"""What a figure is to be read with: up to when, on which basis, of how many counties. Said on every screen and file."""

import streamlit as st

from programme.queries import Sums, View
from programme.settings import clock

WORKING = "工作口径（已报送、未经发布）"


def words(view: View) -> str:
    """Which figures these are: those of a release, or what stands now."""
    return f"发布口径（第{view.release}期）" if view.release else WORKING


def text(view: View, added: Sums) -> str:
    """The line under a title and in the notes of a download."""
    expected = sum(added.expected.values())
    counted = f"{'接收' if view.release else '本月已报'}{added.returns(view.month)}/{expected}个县"
    parts = [f"截至{view.month.chinese}底", words(view), counted]
    if added.last_change:
        parts.append(f"{'发布于' if view.release else '数据更新至'}{clock(added.last_change)}")
    if not view.is_whole:
        parts.append("目标按县数折算")
    return " · ".join(parts)


def tag(view: View) -> str:
    """For the name of a file: the month and the basis."""
    return f"{view.month}_{f'第{view.release}期' if view.release else '工作口径'}"


def show(view: View, added: Sums) -> None:
    badge = ":gray-badge[:material/science: 示例数据] " if added.sample else ""
    st.markdown(f"{badge}:small[:gray[{text(view, added)}]]")


def require_counties(view: View, added: Sums) -> None:
    """Stop the page with a sentence when the view holds no county: filters that exclude each other, or no list yet."""
    if sum(added.expected.values()):
        return
    narrowed = view.tier or not view.is_whole
    sentence = "所选范围内没有县，请改选上面的条件。" if narrowed else "还没有县名单。请办公室先导入县名单。"
    st.info(sentence, icon=":material/info:")
    st.stop()
