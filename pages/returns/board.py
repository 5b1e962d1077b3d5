"""报送情况: which counties have handed in which month, how complete and how late?"""

import streamlit as st

import db
from components import board, board_acts, downloads, pages, receipts, session
from components.labels import plain
from programme import reminders, settings
from programme.board import sums
from programme.catalogue import catalogue
from programme.obligations import of_months
from programme.permissions import Permission

actor = session.guard(Permission.SEE_COUNTY)
year = catalogue().current_year

st.title("报送情况")
receipts.show(board_acts.RECEIPT)
with db.reading() as opened:
    owed = of_months(opened, actor, year, reminders.months_begun([year]))
if not owed:
    st.info("名单中还没有您范围内的县。请办公室先导入县名单。", icon=":material/info:")
    st.stop()
added = sums(owed, settings.today())
st.subheader(board.sentence(added))

if len({one.county_id for one in owed}) == 1:
    st.caption(f"{plain(owed[0].county)}，{board.as_of()}。{board.LEGEND}")
    shown = board.months_of(owed)
    st.table(shown, hide_index=True, border="horizontal", alt="本县各月报送情况")
    downloads.table(f"{owed[0].county}报送情况_{settings.today()}", [board.as_of(), board.LEGEND], shown, key="board")
    st.stop()

st.caption(f"{board.as_of()}，截止日已过的月报；按内容计，不按登录或点击次数。")
by_province = board.provinces(owed)
if len(by_province) > 1:
    st.table(by_province, hide_index=True, border="horizontal", alt="各省报送情况")
board_acts.remind(actor, owed)
board_acts.extend(actor, owed)
st.page_link(pages.linked("pages/returns/reminders.py"), label="催报记录", icon=":material/history:")

st.subheader("逐县逐月")
st.caption(board.LEGEND)
seen = board.narrowed(owed)
if not seen:
    st.info("没有符合条件的县，都已报齐。", icon=":material/check_circle:")
    st.stop()
board.show(seen)
notes = [f"{board.as_of()}。{board.sentence(sums(seen, settings.today()))}。", board.LEGEND]
downloads.table(f"报送情况_{settings.today()}", notes, board.matrix(seen), key="board")
