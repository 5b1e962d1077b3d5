"""导入项目: a summary sheet (附件2) checked, shown with everything that is wrong, and imported when it is right."""

import streamlit as st

import db
from components import findings_table, project_files, session
from programme import projects
from programme.findings import errors
from programme.permissions import Permission

actor = session.guard(Permission.IMPORT_PROJECTS)

st.title("导入项目", anchor=False)
st.caption(
    "上传项目信息汇总表（附件2），先核对、后导入。同一编号的项目会更新；没有的栏目和空白的单元格保持已登记的内容，填“无”表示清空。"
)
project_files.receipt()
project_files.offer_empty_form(actor)
upload = st.file_uploader(
    "② 填好后上传（xlsx、xls、et、ods、csv）",
    type=["xlsx", "xlsm", "xls", "et", "ods", "csv"],
    key=f"projects-{project_files.round_number()}",
)
if upload is None:
    st.stop()
with db.reading() as store:
    checked = projects.check_projects(store, actor, upload.getvalue(), upload.name)

if checked.findings:
    st.subheader(f"核对结果：{project_files.counted(checked.findings)}", anchor=False)
    findings_table.show(checked.findings)
    project_files.offer_marked(checked)
if checked.rows:
    st.subheader(f"表中的项目：{len(checked.rows)}个", anchor=False)
    st.dataframe(project_files.plan_table(checked), hide_index=True, alt="表中的项目")

if errors(checked.findings):
    st.error("有错误的表不能导入。请按提示修改后重新上传；所有问题都已一次列出。", icon=":material/block:")
    st.stop()
if all(step.kind == "unchanged" for step in checked.rows):
    st.success("表中内容与已登记的完全相同，没有变化，不必导入。", icon=":material/check_circle:")
    st.stop()
project_files.hand_in(checked)
