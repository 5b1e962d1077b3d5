"""项目: which projects there are and where they stand, as a list, a board, by province and on the map."""

import streamlit as st

import db
from components import project_board, project_filters, project_table, project_views, projects, session
from programme import project_queries, project_search
from programme.permissions import Permission, refusal
from programme.project_provinces import quota_can_be_seen

actor = session.guard(Permission.SEE_PROJECT)

with db.reading() as store:
    counts = project_queries.project_counts(store, actor)
    provinces = project_queries.province_names(store)
    places = project_queries.target_counties(store, counts.counties)
may_import = refusal(actor, Permission.IMPORT_PROJECTS) is None

st.title("网络扶贫“双百”项目", anchor=False)
if counts.sample:
    st.markdown(f":orange-badge[{projects.SAMPLE}] 其中{counts.sample}个为示例项目，企业与编号均为虚构。")
if not counts.total:
    st.info(
        "还没有登记项目。请导入项目信息汇总表（附件2）。"
        if may_import
        else "还没有登记项目。项目由省网信办或国家网信办导入。",
        icon=":material/folder_off:",
    )
    if may_import:
        st.page_link("pages/projects/upload.py", label="导入项目", icon=":material/upload_file:")
    st.stop()

if quota_can_be_seen(actor):
    projects.headline(counts)
    st.markdown(projects.flow(counts))
wanted = project_filters.show(actor, counts, provinces, places)
way = project_views.chosen(actor)
if way == project_views.BY_PROVINCE:
    project_views.by_province(actor)
    st.stop()

with db.reading() as store:
    found = project_search.project_list(store, actor, wanted)
st.caption(f"符合条件的有{len(found)}个{'，点一行看详情' if way == project_views.LIST else ''}。")
if way == project_views.LIST:
    with st.container(horizontal=True, vertical_alignment="center"):
        columns = project_table.chosen(found)
        shown = project_table.table(actor, found, provinces, places)[columns]
        project_table.take_away(shown, found, provinces)
        if may_import:
            st.page_link("pages/projects/upload.py", label="导入项目", icon=":material/upload_file:")
if found.empty:
    st.info("没有符合条件的项目，请放宽条件。", icon=":material/search_off:")
elif way == project_views.BOARD:
    project_board.show(actor, found)
elif way == project_views.MAP:
    project_views.on_the_map(actor, found, provinces, places)
elif (row := project_table.show(shown)) is not None:
    st.switch_page("pages/projects/project.py", query_params={"no": found["no"].iloc[row]})
