"""填报: hand in a month's figures, as a workbook or on the page, and see at once what is wrong in them."""

from functools import partial

import streamlit as st

import db
from components import aftermath, desk, downloads, filters, reminder_notes, session, warning_notes
from programme import forms, reviews
from programme.catalogue import catalogue
from programme.permissions import Permission, Role
from programme.settings import clock

actor = session.guard(Permission.SUBMIT_RETURN)
asking = session.later(Permission.SUBMIT_RETURN)
year = catalogue().current_year

st.title("填报")
desk.receipt()
if actor.role is Role.COUNTY:
    reminder_notes.still_open(actor)
    warning_notes.block(warning_notes.found(actor, session.data_version()))
with db.reading() as opened:
    counties = forms.submittable(opened, actor, year)
if not counties:
    st.info("名单中还没有您可以报送的县。请办公室先导入县名单。", icon=":material/info:")
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    names = {county.code: f"{county.name}（{county.province}）" for county in counties}
    code = filters.county(names, counties[0].code) if len(counties) > 1 else counties[0].code
    month = filters.reporting_month(forms.reportable_months(year))
county = next(known for known in counties if known.code == code)

with db.reading() as opened:
    one = reviews.one_of(opened, actor, county.code, month)
    asked = reviews.cells_of(opened, one)
st.caption(
    f"**{county.name}** {month.chinese}月报，截止{one.due:%Y年%-m月%-d日}。"
    + (f"已报第{one.revision}版（{clock(one.at)}，{one.user_name}）。" if one.at else "尚未报送。")
)

aftermath.show(actor, year, county)
ways = ["上传表格", "在线填写"] + (["批量表（代多个县报送）"] if len(counties) > 1 else [])
way = st.radio("怎样填报", ways, horizontal=True, label_visibility="collapsed")
desk.asked_to_change(one, asked, in_grid=way == "在线填写")
if way == "在线填写":
    desk.grid(actor, county, one, asked)
    st.stop()

if way == ways[0]:
    make, name = partial(desk.blank_form, asking, county, month), f"{county.name}_{month}_月报表.xlsx"
else:
    make, name = partial(desk.blank_batch, asking, month), f"月报批量表_{month}.xlsx"
downloads.workbook("① 下载填报表", name, make, f"form-{way}")
upload = st.file_uploader(
    "② 填好后上传（xlsx、xls、et、ods、csv）",
    type=["xlsx", "xlsm", "xls", "et", "ods", "csv"],
    key=f"upload-{way}-{desk.round_number()}",
)
if upload:
    desk.result(actor, desk.judged(actor, upload.getvalue(), upload.name), "file")
