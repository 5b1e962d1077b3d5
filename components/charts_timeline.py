"""The milestones of a plan on their time line: when each is due, what became of it, and today."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import altair as alt

from components.charts_rows import Rows, from_right
from components.charts_style import SMALL, Columns, Form, Spec, either, expr, filled, form, layer_of, tooltip, writing
from components.labels import date_text
from components.labels_plan import STATES
from components.palette import Scheme
from programme.calendar import Month
from programme.milestones import OVERDUE, State

STEP: Final = 44
SHAPES: Final = {
    OVERDUE: "triangle-down",
    State.NOT_STARTED: "circle",
    State.UNDER_WAY: "diamond",
    State.DONE: "circle",
}
KEY: Final = "　".join(face.text for face in STATES.values())


def timeline(frame: Columns, scheme: Scheme, first: date, last: date, today: date) -> Spec:
    """A mark for each milestone on the day it is due, or was done; a line to it shows how late. `first` and `last` bound
    the picture, a dashed line is today.

    Columns: title, due (date), state (a value of `State`, or `overdue`), done_on (date or None). Drawn in the order given.
    """
    days = (last - first).days
    frames: dict[str, Columns] = {
        "months": {"start": [(start - first).days for start in _starts(first, last)]},
        "rows": _rows(frame, scheme, first, days, today),
        "header": _header(first, days, today),
    }
    return filled(_form(len(frame["title"]), first, last, scheme), timeline_sentence(frame), frames)


@lru_cache(maxsize=64)
def _form(count: int, first: date, last: date, scheme: Scheme) -> Form:
    days = max((last - first).days, 1)
    rows = Rows(
        count, scheme, step=STEP, left=250, right=110, drop=11, domain=(0.0, float(days)), header_lines=2,
        axis=_months(first, last),
    )  # fmt: skip
    hints = tooltip(title="里程碑", due_text="计划完成", done_text="实际完成", state_text="状态")
    colour = alt.Color("colour:N", scale=None)
    line = layer_of("rows").mark_rule(yOffset=rows.sunk(), y2Offset=rows.sunk(), strokeWidth=2)
    shape = alt.Shape("shape:N", scale=None)
    months = layer_of("months").mark_rule(color=scheme.grid)
    layers = [
        months.encode(x=rows.x("start"), y=alt.value(rows.header), y2=alt.value(rows.height)),
        *_today(rows, scheme),
        line.encode(x=rows.x("due"), x2="until:Q", y=rows.y(), color=colour),
        rows.marks("until", hints, filled=True, size=90)
        .encode(color=colour, shape=shape)
        .transform_filter("!datum.hollow"),
        rows.marks("until", hints, filled=False, size=90, strokeWidth=2)
        .encode(color=colour, shape=shape)
        .transform_filter("datum.hollow"),
        *_words(rows, scheme),
    ]
    return form(alt.layer(*layers), scheme, rows.height)


def _today(rows: Rows, scheme: Scheme) -> list[alt.Chart]:
    """A dashed line through all rows, and its day above it."""
    side = "datum.share < 0.25 ? 'left' : datum.share > 0.75 ? 'right' : 'center'"
    label = writing("header", scheme.muted, fontSize=SMALL, align=expr(side), text=expr("datum.words"))
    dashes = layer_of("header").mark_rule(color=scheme.text, strokeWidth=1.5, strokeDash=[3, 3])
    return [
        rows.key(KEY),
        label.encode(x=rows.x("today"), y=alt.value(rows.header - 12)),
        dashes.encode(x=rows.x("today"), y=alt.value(rows.header - 2), y2=alt.value(rows.height)),
    ]


def _words(rows: Rows, scheme: Scheme) -> list[alt.Chart]:
    small = {"fontSize": SMALL}
    return [
        rows.words("title", 0, scheme.text, -9, -9, limit=either(236, "width - 96")),
        rows.words("due_text", 0, scheme.muted, 9, 9, text=expr("wide ? datum.due_text : ''"), **small),
        rows.words("sign", from_right(88), scheme.text, 0, -9).encode(color=alt.Color("colour:N", scale=None)),
        rows.words("word", from_right(72), scheme.text, 0, -9),
    ]


def timeline_sentence(frame: Columns) -> str:
    """8个里程碑：逾期1个、进行中2个、已完成5个；逾期最久的：品牌发布，计划2019年9月1日完成。"""
    counts = Counter(frame["state"])
    if not counts:
        return "还没有里程碑。"
    states = "、".join(f"{face.word}{counts[state]}个" for state, face in STATES.items() if counts[state])
    opening = f"{len(frame['title'])}个里程碑：{states}"
    late = [
        (due, title)
        for due, title, state in zip(frame["due"], frame["title"], frame["state"], strict=True)
        if state == OVERDUE
    ]
    if not late:
        return f"{opening}。"
    due, title = min(late)
    return f"{opening}；逾期最久的：{title}，计划{date_text(due)}完成。"


def _rows(frame: Columns, scheme: Scheme, first: date, days: int, today: date) -> Columns:
    """Days count from `first`; what lies outside the picture is drawn at its edge."""
    colours = {
        OVERDUE: scheme.red,
        State.NOT_STARTED: scheme.outline,
        State.UNDER_WAY: scheme.accent,
        State.DONE: scheme.green,
    }
    states, done = list(frame["state"]), list(frame["done_on"])
    until = [
        today if state == OVERDUE else on or due for state, on, due in zip(states, done, frame["due"], strict=True)
    ]
    return {
        "row": range(len(states)),
        "title": frame["title"],
        "due": _placed(frame["due"], first, days),
        "until": _placed(until, first, days),
        "due_text": [f"计划{date_text(due)}" for due in frame["due"]],
        "done_text": [date_text(on) if on else "—" for on in done],
        "state_text": [STATES[state].text for state in states],
        "sign": [STATES[state].shape for state in states],
        "word": [STATES[state].word for state in states],
        "shape": [SHAPES[state] for state in states],
        "hollow": [state == State.NOT_STARTED for state in states],
        "colour": [colours[state] for state in states],
    }


def _placed(places: Sequence[date], first: date, days: int) -> list[int]:
    return [min(max((day - first).days, 0), days) for day in places]


def _header(first: date, days: int, today: date) -> Columns:
    place = _placed([today], first, days)
    return {"today": place, "share": [place[0] / max(days, 1)], "words": [f"今天 {today.month}月{today.day}日"]}


def _starts(first: date, last: date) -> list[date]:
    """The first of every month in the picture that leaves room for its name behind it."""
    every = (month.first_day for month in Month.of(first).until(Month.of(last)))
    return [start for start in every if first <= start <= last - timedelta(days=20)]


def _months(first: date, last: date) -> alt.Axis:
    names = {(start - first).days: f"{start.month}月" for start in _starts(first, last)}
    words = " : ".join([*(f"datum.value == {place} ? '{name}'" for place, name in names.items()), "''"])
    return alt.Axis(values=list(names), labelExpr=words, labelAlign="left", grid=False, labelOverlap=False)
