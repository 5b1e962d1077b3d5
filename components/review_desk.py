"""The desk of whoever reviews returns: what waits longest, what changed in it, and the step that is taken."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pandas as pd
import streamlit as st
from sqlmodel import Session

import db
from components import labels, session
from components.labels import plain
from programme import forms, reviews
from programme.calendar import Month
from programme.catalogue import Kpi, catalogue
from programme.county_queries import Revision, revisions
from programme.errors import ProgrammeError
from programme.obligations import STATUS_NAMES, Obligation, Status, Step, of_months
from programme.permissions import Actor
from programme.reviews import LONGEST, MEASURES, RULES, WORDS, Cell
from programme.settings import clock

TASKS: Final = {Step.APPROVED: "审核", Step.ACCEPTED: "接收"}
VERBS: Final = {Step.APPROVED: reviews.approve, Step.ACCEPTED: reviews.accept}
RECEIPT: Final = "review-receipt"
NAMED: Final = 12
EVERY: Final = "全部月份"


def show(actor: Actor, step: Step) -> None:
    """The whole page below its title; `step` is what this desk does when a return is right."""
    _receipt()
    year = catalogue().current_year
    begun = forms.reportable_months(year)
    month = _month(begun)
    with db.reading() as opened:
        owed = of_months(opened, actor, year, begun)
    every = sorted((one for one in owed if reviews.why_not(actor, one, step) is None), key=_waits)
    waiting = [one for one in every if month in (None, one.month)]
    st.caption(_counted([one for one in owed if month in (None, one.month)], month) + _elsewhere(every, waiting))
    if not waiting:
        st.info(f"{month.chinese if month else ''}没有等待您{TASKS[step]}的月报。", icon=":material/inbox:")
        return
    st.subheader(f"{len(waiting)}份月报等待{TASKS[step]}")
    _all_at_once(waiting, step)
    places = {_place(one): one for one in waiting}
    place = st.selectbox(
        "查看哪一份（等待最久的在前）",
        list(places),
        format_func=lambda place: _label(places[place]),
        key=f"look-{step}",
    )
    one = places.get(str(place), waiting[0])
    with db.reading() as opened:
        history = revisions(opened, actor, one.county_id)
    _compare(one, history)
    _decide(one, step)


def _month(months: Sequence[Month]) -> Month | None:
    """The month whose returns are shown, chosen or from the address (?period=2019-10); None for all.

    It has a key of its own: what the pages for reporting have chosen must not hide what waits here.
    """
    texts, asked = [EVERY, *map(str, months)], st.query_params.get("period", EVERY)
    at = texts.index(asked) if asked in texts else 0
    picked = str(st.selectbox("报告期", texts, index=at, key="waiting-period", width=150))
    if picked in texts[1:]:
        st.query_params["period"] = picked
        return Month.parse(picked)
    st.query_params.pop("period", None)
    return None


def _waits(one: Obligation) -> tuple[object, str, Month]:
    return one.waits_since, one.code, one.month


def _place(one: Obligation) -> str:
    """What tells it from all others on the page."""
    return f"{one.code}-{one.month}"


def _label(one: Obligation) -> str:
    behalf = f"，{one.user_name}代报" if one.on_behalf else ""
    empty = f"，缺{len(one.missing)}项" if one.missing else ""
    return f"{one.county} · {one.month.chinese} · 第{one.revision}版 · {clock(one.waits_since)}{behalf}{empty}"


def _counted(owed: Sequence[Obligation], month: Month | None) -> str:
    """How far the returns have come: of the month, or of all months that have begun."""
    counted = Counter(one.status for one in owed)
    parts = "，".join(f"{STATUS_NAMES[state]}{counted[state]}" for state in Status if counted[state])
    if month:
        return f"{month.chinese}月报共{len(owed)}个县：{parts}。截止{catalogue().due(month):%Y年%-m月%-d日}。"
    months = sorted({one.month for one in owed})
    if not months:
        return "您的范围内没有月报任务。"
    span = months[0].chinese if len(months) == 1 else f"{months[0].chinese}至{months[-1].chinese}"
    return f"{span}月报共{len(owed)}份：{parts}。"


def _elsewhere(every: Sequence[Obligation], waiting: Sequence[Obligation]) -> str:
    """What a chosen month hides."""
    more = len(every) - len(waiting)
    return f"其他月份另有{more}份待办，选“{EVERY}”查看。" if more else ""


def _receipt() -> None:
    """Say once what became of the last step."""
    if last := session.recall(RECEIPT):
        session.forget(RECEIPT)
        sentence, done = last
        (st.success if done else st.error)(sentence, icon=":material/task_alt:" if done else ":material/block:")


def _act(step: Step, sentence: str, verb: Callable[[Session, Actor], object]) -> None:
    """Runs before the page, on the returns as they were drawn: what somebody else did since then is told, not overrun."""
    actor = session.guard(RULES[step][0][0])
    done = True
    try:
        with db.transaction() as opened:
            verb(opened, actor)
    except ProgrammeError as refusal:
        sentence, done = str(refusal), False
    session.remember(RECEIPT, (sentence, done))


def _take(step: Step, seen: Sequence[Obligation], sentence: str) -> None:
    _act(step, sentence, lambda opened, actor: VERBS[step](opened, actor, seen))


def _send_back(step: Step, seen: Obligation, places: Mapping[str, str]) -> None:
    cells = [Cell(code, measure, session.typed(_why(seen, code))) for code, measure in places.items()]
    sentence = f"已退回：{seen.title}第{seen.revision}版，要求修改{len(cells)}格。"
    _act(step, sentence, lambda opened, actor: reviews.send_back(opened, actor, seen, cells))


def _why(one: Obligation, code: str) -> str:
    """The key of the box for the reason."""
    return f"why-{_place(one)}-{one.revision}-{code}"


# --- many at once ---------------------------------------------------------------------------------------------------


def _all_at_once(waiting: Sequence[Obligation], step: Step) -> None:
    """Complete returns without a warning need no second look each; what would happen is said before it does."""
    with db.reading() as opened:
        doubtful = reviews.with_warnings(opened, waiting)
    sound = [one for one in waiting if one.is_complete and (one.county_id, one.month) not in doubtful]
    if len(sound) < 2:
        return
    with st.expander(f"批量{WORDS[step]}：完整且没有警告的{len(sound)}份", icon=":material/done_all:"):
        more = f"等{len(sound)}份" if len(sound) > NAMED else ""
        names = "、".join(f"{plain(one.county)}{one.month.chinese}" for one in sound[:NAMED])
        st.write(f"将{WORDS[step]}：{names}{more}。其余{len(waiting) - len(sound)}份不受影响。")
        done = f"已{WORDS[step]}{len(sound)}份月报。"
        st.button(f"{WORDS[step]}这{len(sound)}份", key=f"all-{step}", on_click=_take, args=(step, sound, done))


# --- one return -----------------------------------------------------------------------------------------------------


def _compare(one: Obligation, history: Sequence[Revision]) -> None:
    """This revision beside the one before it and beside last month, changed figures marked, with warnings and reasons."""
    newest = {row.month: row for row in reversed(history)}
    asked = {} if one.revision < 2 else _asked_before(one)
    this = next(row for row in history if (row.month, row.revision) == (one.month, one.revision))
    before = next((row for row in history if (row.month, row.revision) == (one.month, one.revision - 1)), None)
    last = newest.get(one.month.plus(-1))
    table = {
        "指标": [kpi.name for kpi in one.kpis],
        one.month.plus(-1).chinese: [_figure(last, kpi) for kpi in one.kpis],
    }
    if before:
        table |= {f"第{before.revision}版": [_figure(before, kpi) for kpi in one.kpis]}
    table |= {f"第{this.revision}版": [_figure(this, kpi) for kpi in one.kpis]}
    kept = [True] * len(one.kpis)
    if before:
        changed = [before.figures[kpi.code] != this.figures[kpi.code] for kpi in one.kpis]
        table |= {"变化": ["● 有变化" if told else "" for told in changed]}
        kept = [told or kpi.code in asked for told, kpi in zip(changed, one.kpis, strict=True)]
    if asked:
        table |= {"退回时的要求": [plain(asked.get(kpi.code, "")) for kpi in one.kpis]}
    table |= {"历月走势": [_sparkline(newest, one.month, kpi) for kpi in one.kpis]}
    frame = pd.DataFrame(table)
    if any(kept) and not all(kept) and st.toggle("只看要求修改的和有变化的", value=True, key=f"just-{_place(one)}"):
        frame = frame[kept]
    st.table(frame, hide_index=True, border="horizontal", alt=f"{one.title}与上月、上一版对照")
    st.caption(
        f"流量指标为本月数，存量指标为期末数。{plain(this.user_name)}于{clock(this.at)}报送，文件“{plain(this.file_name)}”。"
        + (f"缺：{'、'.join(catalogue().kpi(code).name for code in one.missing)}。" if one.missing else "")
    )
    for remark in this.remarks:
        st.markdown(f":orange[◆] {plain(remark)}")
    if this.reason:
        st.markdown(f"**报送说明**：{plain(this.reason)}")


def _asked_before(one: Obligation) -> dict[str, str]:
    """Indicator → what the last review asked of it, when the revision before this one was sent back."""
    with db.reading() as opened:
        cells = reviews.cells_of_revision(opened, one.county_id, one.month, one.revision - 1)
    found: dict[str, list[str]] = {}
    for cell in cells:
        found.setdefault(cell.kpi, []).append(cell.reason)
    return {kpi: "；".join(texts) for kpi, texts in found.items()}


def _sparkline(newest: Mapping[Month, Revision], last: Month, kpi: Kpi) -> str:
    """The county's figures of the year up to the month as a line of bars; what was not reported is a dot."""
    year = catalogue().year_of(last)
    months = [month for month in year.months if month <= last] if year else []
    return labels.sparkline([newest[month].figures[kpi.code] if month in newest else None for month in months])


def _figure(row: Revision | None, kpi: Kpi) -> str:
    return labels.NO_BASE_TEXT if row is None else labels.figure(row.figures[kpi.code], kpi)


def _decide(one: Obligation, step: Step) -> None:
    done = f"已{WORDS[step]}：{one.title}第{one.revision}版。"
    st.button(
        WORDS[step], type="primary", icon=":material/check:", key=f"take-{step}-{_place(one)}",
        on_click=_take, args=(step, [one], done),
    )  # fmt: skip
    with st.expander("退回，要求修改", icon=":material/undo:"):
        places = _places(one)
        st.button("退回", key=f"back-{_place(one)}", on_click=_send_back, args=(step, one, places))


def _places(one: Obligation) -> dict[str, str]:
    """The figures chosen, each with a box for its reason. A flow is corrected in 本月数, a stock in 累计数."""
    kpis = {kpi.code: kpi for kpi in one.kpis}
    places = {code: "month" if kpi.is_flow else "to_date" for code, kpi in kpis.items()}
    chosen = st.multiselect(
        "要求修改哪些数", list(kpis), key=f"cells-{_place(one)}-{one.revision}", placeholder="请选择指标",
        format_func=lambda code: f"{kpis[code].name}（{MEASURES[places[code]]}）",
    )  # fmt: skip
    st.caption("退回后县里只能修改所选的指标，其他的数保持不变。")
    for code in chosen:
        st.text_input(f"{kpis[code].name}：要改的原因", max_chars=LONGEST, key=_why(one, code))
    return {code: places[code] for code in chosen}
