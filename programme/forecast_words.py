"""Looking ahead as words: the one sentence of a forecast, and the short texts of tables."""

from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Final

from programme.calendar import Month
from programme.catalogue import Kpi
from programme.forecast_facts import forecast_facts
from programme.forecasts import Bound, Outlook, Supposed, Verdict
from programme.wording import NO_BASE_TEXT, figure

TOO_SHORT: Final = "数据太短，不作预测"
OUT_OF_REACH: Final = "按目前速度难以达到"
PERHAPS_NEVER: Final = "可能达不到"
COUNTS: Final = {3: "三"}


def decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator


def pace_text(pace: Fraction | None, kpi: Kpi) -> str:
    """An amount a month: 1,112人次; "—" when there is none to tell."""
    return NO_BASE_TEXT if pace is None else figure(decimal(pace), kpi)


def recent_text() -> str:
    count = forecast_facts().recent_months
    return f"近{COUNTS.get(count, count)}个月"


def times_text(now: Outlook) -> str:
    """How the pace needed compares with the pace there is, rounded up: 1.4倍; "" when that says nothing. More than 1.0倍 is told
    exactly where the goal is missed within the year."""
    return f"{decimal(Fraction(ceil(now.times * 10), 10)):.1f}倍" if now.times else ""


def needed_text(now: Outlook) -> str:
    if now.verdict is Verdict.REACHED:
        return "已达到"
    return _pace_needed(now)


def _pace_needed(now: Outlook) -> str:
    """Rounded up to the unit, so that the months together reach the goal."""
    if now.needed is None:
        return NO_BASE_TEXT
    return figure(ceil(now.needed / now.kpi.factor) * now.kpi.factor, now.kpi)


def verdict_text(now: Outlook) -> str:
    """For a cell: 预计2019年11月, 已于2019年10月达到, or why there is no month."""
    if now.verdict is Verdict.TOO_SHORT:
        return TOO_SHORT
    if now.verdict is Verdict.OUT_OF_REACH or now.month is None:
        return OUT_OF_REACH
    return f"已于{now.month.chinese}达到" if now.verdict is Verdict.REACHED else f"预计{now.month.chinese}"


def bound_text(bound: Bound) -> str:
    if bound.month:
        return bound.month.chinese
    return PERHAPS_NEVER if bound.amount <= 0 else "难以达到"


def band_text(now: Outlook) -> str:
    """The band for a cell: 2019年11月—2020年1月; "" when there is none."""
    if now.slowest is None or now.fastest is None:
        return ""
    fast, slow = bound_text(now.fastest), bound_text(now.slowest)
    return f"均为{fast}" if fast == slow else f"最快{fast}，最慢{slow}"


def sentence(now: Outlook) -> str:
    """The forecast in one sentence."""
    if now.verdict is Verdict.REACHED and now.month:
        return f"目标已于{now.month.chinese}达到。"
    if now.verdict is Verdict.TOO_SHORT:
        return f"{TOO_SHORT}。"
    basis = f"按{recent_text()}月均{pace_text(now.pace, now.kpi)}推算"
    if now.month is None:
        return f"{basis}，{OUT_OF_REACH}。"
    return f"{basis}，预计{now.month.chinese}达到目标{_band_clause(now)}。"


def _band_clause(now: Outlook) -> str:
    if now.slowest is None or now.fastest is None:
        return ""
    slow, fast = bound_text(now.slowest), bound_text(now.fastest)
    verb = "则为" if now.slowest.month else "则"
    return f"；若各月均如最慢（最快）的月份，{verb}{slow}（{fast}）"


def needed_sentence(now: Outlook) -> str:
    """What every remaining month must bring; "" when there is nothing to say."""
    if now.verdict is Verdict.REACHED or now.needed is None:
        return "" if now.verdict is Verdict.REACHED or now.months_left else "本年度各月都已结束。"
    last = now.months_left[-1]
    compared = f"，是{recent_text()}月均的{times_text(now)}" if now.times else ""
    left = f"余下{len(now.months_left)}个月"
    if now.since < now.at:
        left = f"自{now.months_left[0].month}月起的{len(now.months_left)}个月"
    return f"要在{last.chinese}底前达到，{left}每月还须{_pace_needed(now)}{compared}。"


def left_out_text(now: Outlook) -> str:
    """Which months are not counted, and why; "" when all are."""
    if not now.left_out:
        return ""
    named = "、".join(f"{one.month.month}月（{one.left_out}）" for one in now.left_out)
    start = f"，自{now.since.month}月底的累计起算" if now.since < now.at else ""
    return f"推算未计入{named}{start}。"


def supposed_text(found: Supposed) -> str:
    """When the goal is reached, of a what-if."""
    return found.month.chinese if found.month else OUT_OF_REACH


def month_of(month: Month | None) -> str | None:
    """For JSON."""
    return str(month) if month else None
