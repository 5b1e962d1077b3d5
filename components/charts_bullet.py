"""The targets as one list of bullets: the first picture of the overview."""

from collections import Counter
from functools import lru_cache
from operator import itemgetter
from typing import Final

import altair as alt

from components.charts_rows import SHOWN_UP_TO, Rows, from_right, pace_header, share_axis
from components.charts_style import SMALL, Columns, Form, Spec, either, expr, filled, form, numbers_of, tooltip
from components.labels import LIGHTS, percent
from components.palette import Scheme

STEP: Final = 52
BETWEEN: Final = " · "


def bullet(frame: Columns, scheme: Scheme) -> Spec:
    """Bar 完成率, thick tick the target, dashed 序时进度, then the words; one row per target, in the order given.

    Columns: label (指标 · 范围), attainment (share, None or NaN while nothing is reported), elapsed (share), light
    (value of `Light`), actual_text, target_text (with its unit).
    """
    frames = {"rows": _worded(frame, scheme), "header": pace_header(numbers_of(frame["elapsed"]))}
    return filled(_form(len(frame["label"]), scheme), bullet_sentence(frame), frames)


@lru_cache(maxsize=16)
def _form(count: int, scheme: Scheme) -> Form:
    """Made once."""
    rows = Rows(count, scheme, step=STEP, left=150, right=150, axis=share_axis())
    hints = tooltip(label="目标", share_text="完成率", elapsed_text="序时进度", progress="累计 / 目标", state="状态")
    layers = [
        rows.bars("full", alt.value(scheme.grid), hints),
        rows.bars("shown", alt.Color("colour:N", scale=None), hints),
        *rows.pace(),
        rows.strokes("full", 12, color=scheme.text, strokeWidth=3),
        rows.beyond("shown"),
        *_words(rows, scheme),
    ]
    return form(alt.layer(*layers), scheme, rows.height)


def bullet_sentence(frame: Columns) -> str:
    """10项目标：正常4项、偏慢3项、滞后3项；完成率最低的是…，31.0%。"""
    counts = Counter(frame["light"])
    states = "、".join(f"{face.word}{counts[light]}项" for light, face in LIGHTS.items() if light in counts)
    shares = zip(frame["label"], numbers_of(frame["attainment"]), strict=True)
    reported = [(share, label) for label, share in shares if share is not None]
    if not reported:
        return f"{len(frame['label'])}项目标：{states}。"
    lowest, slowest = min(reported, key=itemgetter(0))
    return f"{len(frame['label'])}项目标：{states}；完成率最低的是{slowest}，{percent(lowest)}。"


def _worded(frame: Columns, scheme: Scheme) -> Columns:
    parts = [label.partition(BETWEEN) for label in frame["label"]]
    shares, faces = numbers_of(frame["attainment"]), [LIGHTS[light] for light in frame["light"]]
    return {
        "row": range(len(parts)),
        "label": frame["label"],
        "name": [name for name, _, _ in parts],
        "scope": [scope for _, _, scope in parts],
        "elapsed": numbers_of(frame["elapsed"]),
        "full": [1.0] * len(parts),
        "shown": [None if share is None else min(share, SHOWN_UP_TO) for share in shares],
        "is_beyond": [share is not None and share > SHOWN_UP_TO for share in shares],
        "share_text": [percent(share) for share in frame["attainment"]],
        "elapsed_text": [percent(share) for share in frame["elapsed"]],
        "state": [face.word for face in faces],
        "sign": [face.shape for face in faces],
        "colour": [scheme.lights[light] for light in frame["light"]],
        "progress": [" / ".join(pair) for pair in zip(frame["actual_text"], frame["target_text"], strict=True)],
    }


def _words(rows: Rows, scheme: Scheme) -> list[alt.Chart]:
    small, room = {"fontSize": SMALL}, either(146, "width - 116")
    return [
        rows.words("label", 0, scheme.text, -9, -17, text=expr("wide ? datum.name : datum.label"), limit=room),
        rows.words("scope", 0, scheme.muted, 9, 16, text=expr("wide ? datum.scope : datum.progress"), **small),
        rows.words("share_text", from_right(66), scheme.text, -9, -17, align="right", fontWeight="bold"),
        rows.words("sign", from_right(58), scheme.text, -9, -17).encode(color=alt.Color("colour:N", scale=None)),
        rows.words("state", from_right(42), scheme.text, -9, -17),
        rows.words(
            "progress",
            from_right(0),
            scheme.muted,
            9,
            9,
            align="right",
            text=expr("wide ? datum.progress : ''"),
            **small,
        ),
    ]
