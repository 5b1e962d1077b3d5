"""Entries of a file against each other and against what is registered: rows in, findings out, never a session.

To add a check, write a decorated function below: it gets one `Plan` and yields the findings it has.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from programme.findings import Finding, Severity
from programme.models import Project
from programme.organisation_codes import organisation_part
from programme.project_facts import ProjectFacts
from programme.project_reading import Entry
from programme.provinces import Provinces

FIELDS = (
    "no", "name", "enterprise", "enterprise_code", "enterprise_category", "head_of_unit", "project_leader",
    "province_code", "channel", "direction", "category", "stage", "outcome", "target_counties", "remark",
)  # fmt: skip
Values = Mapping[str, str]


@dataclass(frozen=True)
class Step:
    """What an entry would do: `before` is the registered project or None, `after` all fields as they would be stored."""

    entry: Entry
    before: Values | None
    after: Values

    @property
    def changes(self) -> dict[str, tuple[str, str]]:
        """Fields that would differ, with the old and the new value."""
        before = self.before or {}
        return {
            name: (before.get(name, ""), self.after[name])
            for name in FIELDS
            if before.get(name, "") != self.after[name]
        }

    @property
    def kind(self) -> str:
        """added, changed or unchanged."""
        return "added" if self.before is None else "changed" if self.changes else "unchanged"


@dataclass(frozen=True)
class Plan:
    """A file's entries in their order, beside all registered projects by number. `own` is the importer's only province.

    A number that occurs twice has one step: its first entry's.
    """

    entries: tuple[Entry, ...]
    steps: tuple[Step, ...]
    registered: Mapping[str, Values]
    facts: ProjectFacts
    provinces: Provinces
    own: str = ""

    @cached_property
    def after(self) -> dict[str, Values]:
        """All projects as they would stand after the import."""
        return dict(self.registered) | {step.entry.no: step.after for step in self.steps}

    def word(self, name: str, code: str) -> str:
        return self.facts.word(name, code) if name in self.facts.lists else code

    def province(self, code: str) -> str:
        return self.provinces.names.get(code, "直接申报")


def values_of(project: Project) -> Values:
    """FIELDS, and `on_platform`: whether an enterprise carries it on the platform ("" for no)."""
    return {name: getattr(project, name) for name in FIELDS} | {"on_platform": str(project.enterprise_id or "")}


def plan(
    entries: Sequence[Entry], registered: Mapping[str, Values], facts: ProjectFacts, provinces: Provinces, own: str
) -> Plan:
    """What other provinces registered is never compared with, so that no finding tells of it."""
    seen = {no: values for no, values in registered.items() if own in ("", values["province_code"])}
    first = {entry.no: entry for entry in reversed(entries)}
    steps = tuple(_step(entry, seen.get(entry.no), facts) for entry in entries if first[entry.no] is entry)
    return Plan(tuple(entries), steps, registered, facts, provinces, own)


def _step(entry: Entry, before: Values | None, facts: ProjectFacts) -> Step:
    """A file that is silent about a field leaves what is registered; a new project gets the first stage of its channel."""
    channel = entry.values.get("channel") or (before or {}).get("channel") or "province"
    fresh = dict.fromkeys(FIELDS, "") | {"channel": channel, "stage": facts.new_stage[channel]}
    return Step(entry, before, {**fresh, **(before or {}), **entry.values})


def compare(current: Plan) -> list[Finding]:
    """Everything the checks have to say about an import."""
    return [finding for check in CHECKS for finding in check(current)]


# --- the checks -----------------------------------------------------------------------------------------------------

Check = Callable[[Plan], Iterator[Finding]]
CHECKS: list[Check] = []


def check(function: Check) -> Check:
    CHECKS.append(function)
    return function


@check
def duplicate_number(current: Plan) -> Iterator[Finding]:
    first: dict[str, Entry] = {}
    for entry in current.entries:
        earlier = first.setdefault(entry.no, entry)
        if earlier is not entry:
            message = f"项目编号与“{earlier.sheet}”第{earlier.row}行重复，请改正编号或删去一行。"
            yield entry.finding("duplicate_number", Severity.ERROR, "no", message)


@check
def number_of_other_province(current: Plan) -> Iterator[Finding]:
    for step in current.steps:
        known, province = current.registered.get(step.entry.no), step.entry.province_code
        if known is not None and province and known["province_code"] != province:
            owner = "其他省（区、市）" if current.own else current.province(known["province_code"])
            message = f"这个编号已由{owner}登记，各项目的编号不能相同，请改用别的编号。"
            yield step.entry.finding("number_of_other_province", Severity.ERROR, "no", message)


@check
def other_enterprise(current: Plan) -> Iterator[Finding]:
    """The number is registered for another unit: a new name of the same one when the codes agree."""
    for step in current.steps:
        if step.before is None or _same_name(step.before["enterprise"], step.after["enterprise"]):
            continue
        old = organisation_part(step.before["enterprise_code"])
        new = organisation_part(step.entry.values.get("enterprise_code", ""))
        name = step.before["enterprise"]
        if old and old == new:
            message = f"承担单位原登记为“{name}”，代码相同，按更名处理。"
            yield step.entry.finding("enterprise_renamed", Severity.HINT, "enterprise", message)
        elif old and new:
            message = f"编号“{step.entry.no}”已登记给“{name}”，代码也不同。请核对编号；确是新项目请用新的编号。"
            yield step.entry.finding("other_enterprise", Severity.ERROR, "no", message, repaired=name)
        else:
            message = (
                f"编号“{step.entry.no}”原登记给“{name}”。如是更名或更正，请说明原因；如是另一个项目，请用新的编号。"
            )
            yield step.entry.finding("other_enterprise", Severity.WARNING, "enterprise", message, repaired=name)


@check
def enterprise_twice(current: Plan) -> Iterator[Finding]:
    """100 enterprises carry out 100 projects; ended projects do not count."""
    ended = current.facts.stages_where("ended")
    running = {no: values for no, values in current.after.items() if values["stage"] not in ended}
    alike = _by_name_and_code(running)
    for step in current.steps:
        if not step.changes or step.entry.no not in running:
            continue
        likely = sorted({no for key in _keys(step.after) for no in alike[key]} - {step.entry.no})
        twins = [no for no in likely if _same_enterprise(running[no], step.after)]
        if not twins:
            continue
        theirs = current.after[twins[0]]["province_code"]
        where = f"编号{twins[0]}" if not current.own or theirs == current.own else "在其他省（区、市）"
        message = f"这家企业还有另一个项目（{where}）。“双百”为100家企业各一个项目，请核对；确需保留请说明原因。"
        yield step.entry.finding("enterprise_twice", Severity.WARNING, "enterprise", message)


@check
def registered_directly(current: Plan) -> Iterator[Finding]:
    for step in current.steps:
        if current.own and (step.before or {}).get("channel") == "direct":
            message = "这个项目是企业直接向国家网信办申报的，请由国家网信办更新。"
            yield step.entry.finding("direct_by_province", Severity.ERROR, "no", message)


@check
def national_decision(current: Plan) -> Iterator[Finding]:
    """A province reports what the national office or its evaluators decide: it has to say on what ground."""
    for step in current.steps if current.own else ():
        changed = step.changes
        stage = current.facts.choice("stage", step.after["stage"])
        if "stage" in changed and stage.decided_by == "nation":
            message = f"“{stage.name}”由国家网信办确定，省级导入请说明依据（文件或通知）。"
            yield step.entry.finding("national_decision", Severity.WARNING, "stage", message)
        if "outcome" in changed:
            message = "评估结果由国家网信办组织的第三方评估得出，省级导入请说明依据（文件或通知）。"
            yield step.entry.finding("national_decision", Severity.WARNING, "outcome", message)


@check
def decided_on_the_platform(current: Plan) -> Iterator[Finding]:
    """What was moved step by step, with reasons, is not moved by a list."""
    for step in current.steps:
        for name in ("stage", "outcome"):
            if name in step.changes and step.before and step.before.get("on_platform"):
                heading = current.facts.column(name).heading
                message = f"这个项目在平台上办理，“{heading}”由各步骤的办理结果得出，不能由汇总表更改。请清空这一格。"
                repaired = current.word(name, step.before[name])
                yield step.entry.finding("decided_on_the_platform", Severity.ERROR, name, message, repaired=repaired)


@check
def outcome_too_early(current: Plan) -> Iterator[Finding]:
    evaluated = current.facts.stages_where("evaluated")
    for step in current.steps:
        if step.changes and step.after["outcome"] and step.after["stage"] not in evaluated:
            stage = current.word("stage", step.after["stage"])
            message = f"项目状态是“{stage}”，还没有到绩效评估，却有评估结果。请核对状态或结果；如属实请说明原因。"
            yield step.entry.finding("outcome_too_early", Severity.WARNING, "outcome", message)


@check
def stage_goes_back(current: Plan) -> Iterator[Finding]:
    for step in current.steps:
        if step.before is None or "stage" not in step.changes:
            continue
        old, new = (current.facts.choice("stage", side["stage"]) for side in (step.before, step.after))
        back = current.facts.position(new.code) < current.facts.position(old.code)
        if old.ended or (back and not new.ended):
            message = f"项目状态由“{old.name}”退回“{new.name}”，请核对；如属实请说明原因。"
            yield step.entry.finding("stage_goes_back", Severity.WARNING, "stage", message, repaired=old.name)


@check
def emptied(current: Plan) -> Iterator[Finding]:
    for step in current.steps:
        for name, (old, new) in step.changes.items():
            if step.before is not None and old and not new:
                heading = current.facts.column(name).heading
                shown = current.word(name, old) if name != "target_counties" else f"{old.count(',') + 1}个县"
                message = f"{heading}原登记为“{shown[:30]}”，导入后将清空。如不是本意，请填上或删去这一栏。"
                yield step.entry.finding("emptied", Severity.WARNING, name, message, repaired=shown)


@check
def stage_by_default(current: Plan) -> Iterator[Finding]:
    """One hint for the whole file."""
    silent = [step for step in current.steps if step.before is None and not step.entry.texts.get("stage")]
    if silent:
        stages = "、".join(dict.fromkeys(current.word("stage", step.after["stage"]) for step in silent))
        message = f"{len(silent)}个新项目没有填项目状态，登记为“{stages}”。"
        yield Finding("stage_by_default", Severity.HINT, message, silent[0].entry.sheet)


@check
def quota(current: Plan) -> Iterator[Finding]:
    """3–5 recommended projects a province (网发[2016]290号, 三(二)2); only where the import changes the number."""
    before, after = (_recommended(projects, current.facts) for projects in (current.registered, current.after))
    for code, number in after.items():
        entry = next((s.entry for s in current.steps if s.after["province_code"] == code), None)
        if entry is None or number == before[code]:
            continue
        name, facts = current.province(code), current.facts
        text = f"导入后{name}推荐的项目为{number}个，通知要求每省{facts.least}至{facts.most}个。"
        if number > facts.most and number > before[code]:
            message = f"{text}请核对是否有应列为“直接申报”或“未入选”的；如属实请说明原因。"
            yield Finding("over_quota", Severity.WARNING, message, entry.sheet)
        elif number < facts.least:
            yield Finding("under_quota", Severity.HINT, text, entry.sheet)


@check
def over_goal(current: Plan) -> Iterator[Finding]:
    selected = current.facts.stages_where("selected")
    before, after = (
        sum(values["stage"] in selected for values in projects.values())
        for projects in (current.registered, current.after)
    )
    if after > current.facts.goal and after > before:
        message = f"导入后入选项目为{after}个，超过{current.facts.goal}个，请核对项目状态；如属实请说明原因。"
        yield Finding("over_goal", Severity.WARNING, message, current.steps[0].entry.sheet)


def _recommended(projects: Mapping[str, Values], facts: ProjectFacts) -> Counter[str]:
    counted = facts.stages_where("in_quota")
    return Counter(
        values["province_code"] for values in projects.values()
        if values["channel"] == "province" and values["stage"] in counted
    )  # fmt: skip


def _same_name(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(name.split()).translate(str.maketrans("（）", "()"))


def _same_enterprise(one: Values, other: Values) -> bool:
    """By code where both have one, else by name."""
    codes = organisation_part(one["enterprise_code"]), organisation_part(other["enterprise_code"])
    return codes[0] == codes[1] if all(codes) else _same_name(one["enterprise"], other["enterprise"])


def _keys(values: Values) -> set[str]:
    return {_plain(values["enterprise"]), organisation_part(values["enterprise_code"])} - {""}


def _by_name_and_code(projects: Mapping[str, Values]) -> dict[str, list[str]]:
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for no, values in projects.items():
        for key in _keys(values):
            alike[key].append(no)
    return alike
