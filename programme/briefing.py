"""简报: six to eight slides from a release as frozen, with native charts; nothing on them that the release does not hold."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from typing import Final

from programme import slide_charts
from programme.briefing_facts import briefing_facts
from programme.documents import chinese_day
from programme.frozen_release import SAMPLE, Frozen
from programme.kpis import Light, Progress
from programme.release_help import Help, behind_text, help_needed
from programme.release_words import (
    CORRECTION_COLUMNS,
    TARGET_COLUMNS,
    correction_row,
    counted,
    in_entry_units,
    scope_name,
    short_name,
    target_row,
)
from programme.slides import INSIDE, MARGIN, Deck, drawable, say, table, words
from programme.wording import LIGHTS, NO_BASE_TEXT, figure, light_text, percent

TOP: Final = 1.3
"""Where the body of a slide begins, in inches."""
PANELS: Final = 5
PANEL_WIDTH, PANEL_HEIGHT = INSIDE / PANELS, 2.6
TIER_SHORT: Final = {"core": "核心县", "radiating": "辐射县", "all": "全部县"}
FIRST: Final = "本期为首次发布"
FIGURES: Final = frozenset({2, 3, 4, 5, 7})


def briefing_pptx(held: Frozen, before: str = "") -> bytes:
    """The same bytes for the same release; `before` is the title of the one before it, "" for the first."""
    about = f"口径：{held.basis}。内容指纹（SHA-256）：{held.sha256}。{held.year.reading}"
    deck = Deck(f"{held.year.name}简报 {held.title}", held.basis, about, held.made_at.astimezone(UTC))
    lines, needed = held.lines(), help_needed(held)
    _cover(deck, held, lines, needed, before)
    _shares(deck, lines)
    _targets(deck, lines)
    _courses(deck, held, lines)
    _groups(deck, held)
    _counties(deck, needed)
    _corrections(deck, held, before)
    return deck.content()


def _cover(deck: Deck, held: Frozen, lines: Sequence[Progress], needed: Sequence[Help], before: str) -> None:
    page = deck.slide(f"{held.year.name}\v{held.month.chinese}简报", ["封面：本期的口径和要点。"], cover=True)
    corrected = f"自{before}以来更正和补报{len(held.facts['corrections'])}处" if before else FIRST
    told = [
        f"第{held.number}期，截至{chinese_day(held.month.last_day)}{f'（{SAMPLE}）' if held.sample else ''}",
        f"接收{held.accepted}/{held.expected}个县的月报，序时进度{percent(held.year.elapsed_share(held.month))}",
        f"{len(lines)}项目标：{counted(lines)}",
        f"需要帮助的县{len(needed)}个；{corrected}",
    ]
    say(page.placeholders[1].text_frame, told, 20)
    words(page, (MARGIN, 6.4, INSIDE, 0.4), [f"内容指纹（SHA-256）：{held.sha256}"], 11, "muted")


# --- the ten targets --------------------------------------------------------------------------------------------------


def _shares(deck: Deck, lines: Sequence[Progress]) -> None:
    title = f"{len(lines)}项目标的完成率：{counted(lines)}"
    labels = [percent(line.attainment) for line in lines]
    told = [f"{short_name(line.target)}{label}" for line, label in zip(lines, labels, strict=True)]
    page = deck.slide(title, ["各项目标的完成率（累计除以目标）与序时进度（虚线）。", "；".join(told) + "。"])
    slide_charts.shares(
        page,
        (MARGIN, TOP, INSIDE, 5.5),
        [f"{line.target.kpi.short}\n{scope_name(line.target)}\n{light_text(line.light.value)}" for line in lines],
        ("完成率", [None if line.attainment is None else float(line.attainment) for line in lines]),
        ("序时进度", [float(line.elapsed) for line in lines]),
        [line.light.value for line in lines],
        labels,
        f"{title}。" + "；".join(told) + f"。序时进度{percent(lines[0].elapsed)}",
    )


def _targets(deck: Deck, lines: Sequence[Progress]) -> None:
    elapsed = percent(lines[0].elapsed)
    page = deck.slide(f"{len(lines)}项目标：累计、目标与差距", ["每项目标一行；目标都是不低于的下限。"])
    rows = [TARGET_COLUMNS, *(target_row(line) for line in lines)]
    widths = (2.46, 1.5, 1.45, 1.7, 1.05, 1.85, 1.1, 1.02)
    table(page, (MARGIN, TOP, 0.46), widths, rows, 13, "十项目标的累计、目标、完成率和状态", right=FIGURES)
    words(page, (MARGIN, 6.45, INSIDE, 0.4), [f"序时进度{elapsed}。目标为各组县合计的下限。"], 12, "muted")


def _courses(deck: Deck, held: Frozen, lines: Sequence[Progress]) -> None:
    """A small chart for each target: how it came to where it is."""
    page = deck.slide("各月走势：实线为累计，虚线为按序时进度应达到的数", ["每项目标一图，单位见各图标题。"])
    past = {month: held.lines(month=month) for month in held.months}
    for at, line in enumerate(lines):
        kpi, then = line.target.kpi, [past[month][at] for month in held.months]
        title = f"{kpi.short}·{TIER_SHORT[line.target.tier]}（{kpi.entry_unit}）"
        expected = figure(round(line.goal * line.elapsed / kpi.factor) * kpi.factor, kpi)
        slide_charts.courses(
            page,
            (MARGIN + at % PANELS * PANEL_WIDTH, TOP + at // PANELS * (PANEL_HEIGHT + 0.1), PANEL_WIDTH, PANEL_HEIGHT),
            f"{title}\v{figure(line.actual, kpi)}，应达{expected}",
            [f"{month.month}月" for month in held.months],
            ("累计", [in_entry_units(one.actual, kpi) for one in then]),
            ("应达", [in_entry_units(one.goal * one.elapsed, kpi) for one in then]),
            line.light.value,
            f"{title}逐月："
            + "，".join(f"{m.chinese}{figure(o.actual, kpi)}" for m, o in zip(held.months, then, strict=True)),
        )


# --- groups and counties ----------------------------------------------------------------------------------------------


def _groups(deck: Deck, held: Frozen) -> None:
    title = f"{len(held.cores)}个核心示范县组：各有几项目标正常、偏慢、滞后"
    page = deck.slide(title, ["组内各县合计，与按县数折算的目标相比。各组按行政区划代码排列，不排名次。"])
    groups = [[member.county_id for member in held.group(core.county_id)] for core in held.cores]
    lines = [held.lines(group) for group in groups]
    counts = [Counter(line.light.value for line in one) for one in lines]
    faces = [(light, face) for light, face in LIGHTS.items() if any(count[light] for count in counts)]
    names = [core.name for core in held.cores]
    slide_charts.stacked(
        page,
        (MARGIN, TOP, 4.9, 5.5),
        names,
        {face.text: [float(count[light]) for count in counts] for light, face in faces},
        [light for light, _ in faces],
        f"{title}。" + "；".join(f"{name}组{counted(one)}" for name, one in zip(names, lines, strict=True)),
    )
    rows = [("组", "已报县", f"{LIGHTS['red'].word}的目标（完成率）")]
    for core, group, one in zip(held.cores, groups, lines, strict=True):
        reported = sum(held.month in held.returns[county] for county in group)
        rows.append((core.name, f"{reported}/{len(group)}", _behind(one)))
    table(page, (MARGIN + 5.0, TOP, 0.48), (1.45, 0.75, 4.933), rows, 10, "各组滞后的目标")


def _behind(lines: Sequence[Progress]) -> str:
    """Of a target whose name two tiers share, the tier is said."""
    shorts = Counter(line.target.kpi.short for line in lines)
    told = [
        f"{behind_text(line)}{f'（{TIER_SHORT[line.target.tier]}）' if shorts[line.target.kpi.short] > 1 else ''}"
        for line in lines
        if line.light is Light.RED
    ]
    return "、".join(told) or NO_BASE_TEXT


def _counties(deck: Deck, needed: Sequence[Help]) -> None:
    limits = briefing_facts().slides
    size = limits["counties"]
    parts = [needed[at : at + size] for at in range(0, len(needed), size)][: limits["county_slides"]]
    notes = ["按规则列出（未计入、连续没有销售、多项指标明显滞后），按组和行政区划代码排列，不排名次。"]
    notes.append("县的指标与县均份额（目标除以县数）相比，仅作参照。")
    for number, part in enumerate(parts or [()], 1):
        which = f"（{number}/{len(parts)}）" if len(parts) > 1 else ""
        page = deck.slide(f"需要帮助的县：{len(needed)}个{which}", notes)
        if not part:
            words(page, (MARGIN, TOP, INSIDE, 0.5), ["没有县符合“需要帮助”的规则。"], 18)
            continue
        rows = [("组", "县", "原因"), *((one.group, drawable(one.county.name), one.text) for one in part)]
        table(page, (MARGIN, TOP, 0.38), (1.55, 2.2, 8.383), rows, 10, f"需要帮助的县和原因{which}")
        left = len(needed) - sum(len(done) for done in parts)
        more = f"另有{left}个县，见数据表的“需要帮助的县”。" if left and number == len(parts) else ""
        words(page, (MARGIN, 6.5, INSIDE, 0.4), [f"{more}指标与县均份额（目标除以县数）相比，仅作参照。"], 12, "muted")


def _corrections(deck: Deck, held: Frozen, before: str) -> None:
    found, limits = held.facts["corrections"], briefing_facts().slides
    title = f"自{before}以来的更正和补报：{len(found)}处" if before else FIRST
    page = deck.slide(title, ["已发布月份中与上一期不同的数，逐个列出原数、新数和原因。"])
    if not found:
        words(
            page,
            (MARGIN, TOP, INSIDE, 0.5),
            [f"自{before}以来没有更正和补报。" if before else f"{FIRST}，没有更正和补报。"],
            18,
        )
        return
    rows = [tuple(map(drawable, correction_row(one))) for one in found[: limits["corrections"]]]
    cut = [(*row[:-1], _short(row[-1], limits["longest"])) for row in rows]
    widths = (2.25, 1.15, 1.6, 1.2, 1.2, 4.733)
    table(page, (MARGIN, TOP, 0.38), widths, [CORRECTION_COLUMNS, *cut], 10, title, right=frozenset({3, 4}))
    if len(found) > len(rows):
        told = f"只列出前{len(rows)}处，共{len(found)}处；全部见数据表的“更正”。"
        words(page, (MARGIN, 6.5, INSIDE, 0.4), [told], 12, "muted")


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
