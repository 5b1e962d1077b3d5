"""权重试算: what other weights would do, beside the standard. Nothing is stored."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components import filters
from components.labels import plain
from components.labels_evaluation import grade_text, grades_text, score_text
from programme.county_evaluation_scores import Scored, one_decimal
from programme.county_evaluation_standard import WHOLE, CountyStandard
from programme.county_evaluation_whatif import Compared, compared
from programme.county_evaluations import Evaluated

NEXT_LINE = "  \n"


def show(found: Evaluated) -> None:
    standard = found.standard
    weights = _weights(standard)
    whole = sum(weights.values())
    if not whole:
        st.warning("权重不能全部为0，请至少给一项大于0的权重。", icon=":material/balance:")
        return
    tail = "" if whole == WHOLE else f"合计{whole}，按各项占合计的比例计算。"
    changed = weights != standard.weights
    trying = f"{tail}试算只在这里显示，不保存；要采用，请修改评估标准并升级版本。"
    st.caption(trying if changed else "现为标准的权重，改动后与标准并列比较。")
    both = compared(standard, weights, found.scores)
    if len(both) > 1:
        _summary(both, standard)
        _table("组", compared(standard, weights, found.groups), standard, found.groups)
        moved = [one for one in both if one.grades[0] != one.grades[1]]
        if moved:
            st.markdown(f"**等次会改变的县：{len(moved)}个**")
            _table("县", moved, standard, found.scores)
        elif changed:
            st.info("没有一个县的等次会改变。", icon=":material/info:")
    else:
        _table("县", both, standard, found.scores)


def _weights(standard: CountyStandard) -> dict[str, int]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        found = {
            one.code: int(
                st.number_input(
                    one.name,
                    min_value=0,
                    max_value=WHOLE,
                    value=one.weight,
                    step=1,
                    key=_key(standard, one.code),
                    width=130,
                )
            )
            for one in standard.dimensions
        }
        st.button(
            "恢复标准权重", icon=":material/undo:", on_click=_restore, args=(standard,), disabled=found == standard.weights,
        )  # fmt: skip
    return found


def _key(standard: CountyStandard, code: str) -> str:
    return f"weight-{standard.version}-{code}"


def _restore(standard: CountyStandard) -> None:
    filters.ask_for(**{_key(standard, code): weight for code, weight in standard.weights.items()})


def _summary(both: Sequence[Compared], standard: CountyStandard) -> None:
    codes = [one.code for one in (*standard.grades, standard.ungraded)]
    counted = [Counter(one.grades[at] for one in both) for at in (0, 1)]
    before, after = (grades_text({code: count[code] for code in codes}, standard) for count in counted)
    st.markdown(f"标准权重：{before}{NEXT_LINE}试算权重：{after}")
    if counted[1][standard.ungraded.code]:
        st.caption(f"{standard.ungraded.name}：按这样的权重，有数据可评的不足{standard.least_judged}（满分100）。")


def _table(name: str, rows: Sequence[Compared], standard: CountyStandard, of: Sequence[Scored]) -> None:
    if not rows:
        return
    ranked = len(rows) > 1
    told = [
        {name: plain(one.name)}
        | {word: _side(one, at, standard, ranked=ranked) for at, word in enumerate(("按标准", "按试算"))}
        | {"变化": _change(one)}
        for one in sorted(rows, key=lambda one: one.places[1])
    ]
    st.table(
        pd.DataFrame(told), hide_index=True, border="horizontal", alt=f"各{name}按标准和按试算权重",
        height=420 if len(told) > 12 else "content",
    )  # fmt: skip
    if ranked:
        st.caption(f"名次为{len(of)}个中的名次。")


def _side(one: Compared, at: int, standard: CountyStandard, *, ranked: bool) -> str:
    place = f" · 第{one.places[at]}名" if ranked else ""
    return (
        f"{score_text(one.scores[at], standard)}{NEXT_LINE}{grade_text(standard, one.grades[at])}:small[:gray[{place}]]"
    )


def _change(one: Compared) -> str:
    if one.change is None:
        return "—"
    text = one_decimal(abs(one.change))
    if text == "0.0":
        return "0.0"
    return f"{'▲ +' if one.change > 0 else '▽ −'}{text}"
