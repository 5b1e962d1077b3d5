"""The forms of a record: what was found, by whom by post, the scores the method may give, pictures and files."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from components import acts
from components.labels import plain
from programme import evidence, settings
from programme.catalogue import TIER_NAMES, Tier, catalogue
from programme.county_evaluation_standard import Method, county_standard
from programme.county_visits import HIGHEST, LONGEST_REASON, LOWEST, Entry, Visit, correct_visit, record_visit
from programme.permissions import Permission
from programme.returns import Member

Files = list[tuple[str, bytes]]
METHODS = (Method.VISIT, Method.SUPERVISION)


def recording(counties: Mapping[str, Member]) -> None:
    """For a county of these, by code."""
    if not counties:
        return
    standard, key = county_standard(), f"visit-{acts.round_number()}"
    with st.expander("登记考察或督导", icon=":material/add_notes:"):
        with st.container(horizontal=True):
            code = st.selectbox(
                "县", list(counties), key=f"{key}-county", width=280, filter_mode="contains",
                format_func=lambda code: f"{counties[code].name}（{counties[code].province}）",
            )  # fmt: skip
            method = st.selectbox(
                "方式", METHODS, key=f"{key}-method", width=160, filter_mode=None,
                format_func=lambda method: standard.methods[method],
            )  # fmt: skip
        with st.form(f"{key}-form", border=False):
            entry, files = _boxes(method, counties[code].tier, key, None)
            pressed = st.form_submit_button("登记", type="primary", icon=":material/save:")
    if pressed:
        acts.act(
            Permission.RECORD_VISIT,
            f"已登记：{counties[code].name}{standard.methods[method]}。",
            lambda opened, actor: record_visit(opened, actor, code, entry, files),
        )
        st.rerun()


def correction(seen: Visit, tier: Tier) -> None:
    """Writing it anew, or withdrawing it, with a reason."""
    key = f"correct-{seen.county_id}-{seen.number}-{seen.revision}"
    with st.expander("更正或作废", icon=":material/edit_note:"), st.form(key, border=False):
        entry, files = _boxes(seen.entry.method, tier, key, seen)
        names = {one.sha256: one.name for one in seen.files}
        without = (
            st.multiselect("去掉哪些材料", list(names), format_func=names.__getitem__, key=f"{key}-without")
            if names
            else []
        )
        reason = st.text_input("原因（必填）", max_chars=LONGEST_REASON, key=f"{key}-why")
        with st.container(horizontal=True):
            corrected = st.form_submit_button("保存更正", icon=":material/save:")
            withdrawn = st.form_submit_button("作废这条记录", icon=":material/block:")
    if corrected or withdrawn:
        acts.act(
            Permission.RECORD_VISIT,
            f"已{'作废' if withdrawn else '更正'}：{seen.title}。",
            lambda opened, actor: correct_visit(
                opened, actor, seen, entry, reason, files, without, withdrawn=bool(withdrawn)
            ),
        )
        st.rerun()


def _boxes(method: Method, tier: Tier, key: str, seen: Visit | None) -> tuple[Entry, Files]:
    """What is typed; begun with the record that is corrected."""
    limits, before = county_standard().limits, seen.entry if seen else None
    day = st.date_input(
        "日期", before.day if before else settings.today(), min_value=catalogue().current_year.launch,
        max_value=settings.today(), format="YYYY-MM-DD", key=f"{key}-day", width=180,
    )  # fmt: skip
    visitors = st.text_input(
        "人员的职务（只写职务，不写姓名）", before.visitors if before else "", max_chars=limits.max_visitors,
        placeholder="省农业农村厅信息中心副主任、市场信息科科长", key=f"{key}-visitors",
    )  # fmt: skip
    findings = st.text_area(
        "发现的情况", before.findings if before else "", max_chars=limits.max_findings, height=120, key=f"{key}-findings",
        placeholder="看了什么、做得好的、存在的问题、要求",
    )  # fmt: skip
    scores = _scores(method, tier, key, before)
    uploaded = st.file_uploader(
        f"图片和材料（至多{limits.max_files}份，每份不超过{limits.max_bytes // 1_000_000}MB）", type=list(evidence.KINDS),
        accept_multiple_files=True, max_upload_size=limits.max_bytes // 1_000_000, key=f"{key}-files",
    )  # fmt: skip
    assert isinstance(day, date)
    return Entry(method, day, visitors, findings, scores), [(one.name, one.getvalue()) for one in uploaded]


def _scores(method: Method, tier: Tier, key: str, before: Entry | None) -> dict[str, int]:
    may = county_standard().recorded_by(method, tier)
    names, how = plain("、".join(one.name for one in may)), county_standard().methods[method]
    st.caption(f"按评估标准，{TIER_NAMES[tier]}的{how}可评{names}；没看的留空，不是0分。")
    found: dict[str, int] = {}
    with st.container(horizontal=True):
        for one in may:
            score = st.number_input(
                f"{one.name}（{LOWEST}至{HIGHEST}）", min_value=LOWEST, max_value=HIGHEST, step=1, help=one.hint, width=190,
                value=before.scores.get(one.code) if before else None, key=f"{key}-{method.value}-{one.code}",
            )  # fmt: skip
            if score is not None:
                found[one.code] = int(score)
    return found
