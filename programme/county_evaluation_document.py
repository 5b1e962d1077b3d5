"""An evaluation on paper: of many counties their scores and grades, of one its make-up down to the figure. Word file and PDF are
set from one list of blocks, so that they say the same."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from programme.catalogue import TIER_NAMES
from programme.county_evaluation_scores import CountyScore, ItemScore, Marks, Scored, one_decimal, total_of
from programme.county_evaluation_standard import CountyStandard
from programme.county_evaluations import Evaluated, EvaluationIssue
from programme.documents import chinese_day, printable
from programme.frozen_release import SAMPLE
from programme.official_docx import official_docx
from programme.official_paper import BREAK, REPORT, WIDE_REPORT, Block, Kind, Paper
from programme.official_pdf import official_pdf
from programme.settings import BEIJING

THIN: Final = "＊"


def evaluation_docx(found: Evaluated, issue: EvaluationIssue) -> bytes:
    return official_docx(evaluation_paper(found, issue))


def evaluation_pdf(found: Evaluated, issue: EvaluationIssue) -> bytes:
    return official_pdf(evaluation_paper(found, issue))


def evaluation_title(found: Evaluated, issue: EvaluationIssue) -> str:
    """Also the name of the files."""
    whose = f"{found.scores[0].name}" if len(found.scores) == 1 else ""
    return f"{whose}“110”创新活动评估_第{issue.number}次_{issue.month}"


def evaluation_paper(found: Evaluated, issue: EvaluationIssue) -> Paper:
    """Of what somebody may see of an evaluation."""
    blocks = _of_one(found) if len(found.scores) == 1 else _of_many(found)
    heading = Block(Kind.TITLE, f"“110”网络扶贫创新活动绩效评估：{BREAK}{issue.month.chinese}")
    day = issue.at.astimezone(BEIJING).date()
    made = f"{printable(issue.user_name)}于{chinese_day(day)}确定"
    basis = Block(Kind.NOTE, f"第{issue.number}次评估，{made}。{found.basis}。标准版本{found.standard.version}。")
    return Paper(
        (heading, basis, *blocks, *_standard(found.standard)),
        REPORT if len(found.scores) == 1 else WIDE_REPORT,
        day,
        issue.sha256,
        head=SAMPLE if found.sample else "",
        foot=f"第{issue.number}次评估　SHA-256：{issue.sha256}",
        name=evaluation_title(found, issue),
    )


# --- many -----------------------------------------------------------------------------------------------------------


def _of_many(found: Evaluated) -> Iterator[Block]:
    standard, total = found.standard, total_of(found.nation.marks, found.standard.weights)
    told = "，".join(f"{standard.grade_name(code)}{count}个" for code, count in found.grades.items())
    yield Block(Kind.HEADING1, "一、总体情况")
    yield Block(
        Kind.PARAGRAPH,
        f"按《{standard.name}》评估{found.nation.counties}个县：{told}。平均得分{one_decimal(total.score)}分，"
        f"平均已评权重{one_decimal(total.judged)}，其余{standard.no_data}。",
    )
    if found.groups:
        yield Block(Kind.HEADING1, "二、各核心示范县组")
        yield _scores("组", [*found.groups, found.nation], standard, {})
    yield Block(Kind.HEADING1, "三、各县" if found.groups else "二、各县")
    ordered = sorted(found.scores, key=lambda one: _score(one, standard) or Fraction(0), reverse=True)
    where = {one.code: f"{one.member.province}　{TIER_NAMES[one.member.tier][:2]}" for one in ordered}
    yield _scores("县", ordered, standard, where)
    yield Block(Kind.NOTE, f"标{THIN}的，该项能评的不到一半，其余{standard.no_data}。")


def _score(one: Scored, standard: CountyStandard) -> Fraction | None:
    return total_of(one.marks, standard.weights).score


def _scores(name: str, of: Sequence[Scored], standard: CountyStandard, where: dict[str, str]) -> Block:
    dimensions = standard.dimensions
    columns = (name, "得分", "等次", "已评权重", *(one.name for one in dimensions))
    rows = [
        (
            printable(one.name) + (f"\n{where[one.code]}" if where else ""),
            _decimal(_score(one, standard), standard),
            standard.grade_name(one.grade(standard)),
            one_decimal(total_of(one.marks, standard.weights).judged),
            *(_mark(one.marks[each.code], standard) for each in dimensions),
        )
        for one in of
    ]
    return Block(Kind.TABLE, "", (columns, *rows), (26, 12, 13, 13, *(14 for _ in dimensions)))


def _decimal(score: Fraction | None, standard: CountyStandard) -> str:
    return standard.no_data if score is None else one_decimal(score)


def _mark(mark: Marks, standard: CountyStandard) -> str:
    return _decimal(mark.score, standard) + ("" if mark.is_firm or mark.score is None else THIN)


# --- one ------------------------------------------------------------------------------------------------------------


def _of_one(found: Evaluated) -> Iterator[Block]:
    one, standard = found.scores[0], found.standard
    total = total_of(one.marks, standard.weights)
    yield Block(Kind.HEADING1, f"一、{printable(one.name)}得分")
    yield Block(
        Kind.PARAGRAPH,
        f"{printable(one.name)}（{one.member.province}，{TIER_NAMES[one.member.tier]}）得分{_decimal(total.score, standard)}，"
        f"等次{standard.grade_name(one.grade(standard))}：得{one_decimal(total.earned)}分，已评权重{one_decimal(total.judged)}。"
        f"{found.nation.counties}个县平均{_decimal(_score(found.nation, standard), standard)}分。",
    )
    yield Block(Kind.HEADING1, "二、得分构成")
    yield _make_up(one, found)


def _make_up(one: CountyScore, found: Evaluated) -> Block:
    standard, strong = found.standard, []
    rows: list[tuple[str, ...]] = []
    for code, mark in one.marks.items():
        dimension, nation = standard.dimension(code), found.nation.marks[code]
        strong.append(len(rows) + 1)
        average = f"各县平均{_decimal(nation.score, standard)}"
        points = f"得{one_decimal(mark.earned * dimension.weight)}/{dimension.weight}分；{average}"
        rows.append((dimension.name, "", f"{dimension.weight}分", _decimal(mark.score, standard), points))
        rows += [_item(each, standard) for each in one.items if each.item.dimension == code]
    head = ("评估内容", "方式", "权重", "得分", "依据")
    return Block(Kind.TABLE, "", (head, *rows), (36, 21, 13, 13, 87), tuple(strong))


def _item(one: ItemScore, standard: CountyStandard) -> tuple[str, ...]:
    return (
        one.item.name,
        standard.methods[one.item.method],
        f"{one.part}%",
        _decimal(one.score, standard),
        printable(one.told),
    )


# --- the standard ---------------------------------------------------------------------------------------------------


def _standard(standard: CountyStandard) -> Iterator[Block]:
    grades = "，".join(f"{one.name}{one.least}分起" for one in standard.grades)
    weights = "，".join(f"{one.name}{one.weight}" for one in standard.dimensions)
    yield Block(Kind.HEADING1, "说明")
    yield Block(Kind.NOTE, f"依据：{standard.citation}")
    yield Block(Kind.NOTE, f"权重：{weights}。等次：{grades}，按未舍入的得分确定。")
    yield Block(
        Kind.NOTE,
        f"{standard.no_data}（未报、没有考察）既不记0分，也不把权重分给别的项；得分为已评权重中得到的比例，已评权重不足"
        f"{standard.least_judged}的{standard.ungraded.name}，有应报未报指标的县不评为{standard.grades[0].name}。",
    )
    yield Block(
        Kind.NOTE,
        "指标按累计数与县均份额乘序时进度之比计分，最多100分；组得分为组内各县的平均。县均份额只作评估的尺子。",
    )
