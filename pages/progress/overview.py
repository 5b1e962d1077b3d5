"""总览: how far are the ten targets, and where must somebody act?"""

import streamlit as st

from components import ahead, basis, downloads, filters, lists, progress, session, store, warning_notes
from components.scheme import scheme
from programme.catalogue import catalogue
from programme.permissions import Permission

actor = session.guard(Permission.SEE_TOTALS)


def figures() -> None:
    view, version = filters.view(), session.data_version()
    year = store.year_in(version, catalogue().current_year, view.release)
    lines, added = store.progress(version, year, view), store.sums(version, year, view)

    st.title("总览")
    basis.require_counties(view, added)
    basis.show(view, added)

    spec, sentence = progress.bullet(version, year, view, scheme())
    st.subheader(sentence)
    st.vega_lite_chart(spec, theme=None)
    as_table = st.expander(
        "以表格查看（含环比、已报县数与依据）", icon=":material/table:", on_change="rerun", key="as-table"
    )
    if as_table.open:
        with as_table:
            table = progress.target_table(lines)
            st.table(table, hide_index=True)
            downloads.table(f"十项目标进度_{basis.tag(view)}", [basis.text(view, added)], table, key="targets")
    ahead.link(store.outlooks(version, year, view), view)

    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("逐月进度")
        targets = {line.target.name: line.target for line in lines}
        chosen = st.selectbox("看哪一项目标", targets, index=progress.slowest(lines), key="target", bind="query-params")
        spec, sentence = progress.trend(version, year, view, targets[chosen], scheme())
        st.caption(sentence)
        st.vega_lite_chart(spec, theme=None)
    with right:
        lists.behind(progress.behind(version, year, view, actor), view)


filters.part(actor, figures)

warnings = warning_notes.found(actor, session.data_version())
beside = st.columns([3, 2], gap="large") if warnings else [st.container()]
with beside[0]:
    warning_notes.block(warnings)
with beside[-1]:
    lists.changes(store.changes(session.data_version(), actor))
