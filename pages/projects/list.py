"""项目: which projects there are and where they stand."""

import streamlit as st

import db
from components import project_files, projects, session
from programme import project_queries
from programme.permissions import Permission, refusal

actor = session.guard(Permission.SEE_PROJECT)

with db.reading() as store:
    counts = project_queries.project_counts(store, actor)
    provinces = project_queries.province_names(store)
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

projects.headline(counts)
st.markdown(projects.flow(counts))
wanted = projects.filters(counts, provinces)
with db.reading() as store:
    found = project_queries.project_list(store, actor, wanted)
shown = projects.table(found, provinces)

st.caption(f"符合条件的有{len(found)}个，点一行看详情。")
with st.container(horizontal=True, vertical_alignment="center"):
    project_files.download_list(projects.register(found, provinces))
    if may_import:
        st.page_link("pages/projects/upload.py", label="导入项目", icon=":material/upload_file:")
if found.empty:
    st.info("没有符合条件的项目，请放宽条件。", icon=":material/search_off:")
    st.stop()

cells = st.dataframe(
    shown, hide_index=True, on_select="rerun", selection_mode="single-cell", height="content" if len(shown) < 15 else 560,
    alt="项目列表", column_config={name: st.column_config.TextColumn(width=width) for name, width in projects.WIDTHS.items()},
).selection["cells"]  # fmt: skip
if cells and cells[0][0] < len(found):
    st.switch_page("pages/projects/project.py", query_params={"no": found["no"].iloc[cells[0][0]]})
