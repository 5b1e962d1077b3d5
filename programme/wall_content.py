"""Everything the expo wall says, as plain values: figures as words, from one release and what the office has put on show.

The wall is public. Of a release it says the totals, the groups and each county's released figures; of the projects, what
the public may read (wall_projects.py).
"""

import base64
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session

from programme.catalogue import TIER_NAMES, Kpi, catalogue
from programme.frozen_release import SAMPLE, Frozen, FrozenMember
from programme.kpis import Progress
from programme.project_facts import ProjectFacts, project_facts
from programme.settings import BEIJING
from programme.showcase_facts import ShownPicture, ShownPractice, ShownProduct, ShownStory
from programme.wall_pictures import MEGA, OnWall, on_wall, pictures, within
from programme.wall_projects import PublicProject, PublicProjects, public_projects
from programme.wall_scenes import Scene, wall_facts
from programme.web_addresses import why_no_address
from programme.wording import LIGHTS, NOT_APPLICABLE, amount, date_text, figure, money_text, percent, progress_text

Words = dict[str, Any]


def wall_content(
    session: Session,
    held: Frozen,
    scenes: Sequence[Scene],
    stories: Sequence[ShownStory] = (),
    practices: Sequence[ShownPractice] = (),
) -> Words:
    """Fit for JSON, the same for the same release, scenes, stories and practices. `address` is "": whoever serves the wall
    sets it. `left_out` is the number of pictures there was no room for.

    Scenes that are off or have nothing to say are left out, with all that only they would show; the first one always says
    something.
    """
    projects, wanted = public_projects(session), _wanted(scenes, stories, practices)
    shown = within(wanted, wall_facts().picture_megabytes * MEGA)
    carried = pictures(shown)
    said: Words = {
        "name": wall_facts().title,
        "address": "",
        "release": {
            "number": held.number, "title": held.title, "sha256": held.sha256,
            "made_on": date_text(held.made_at.astimezone(BEIJING).date()),
        },
        "basis": held.basis,
        "sample": held.sample,
        "programmes": [_activity(held), _double_hundred(projects)],
        "targets": {"elapsed": _share(held.year.elapsed_share(held.month)), "lines": [_target(x) for x in held.lines()]},
        "groups": [_group(held, number, core) for number, core in enumerate(held.cores, start=1)],
        "counties": {member.code: _county(held, member, shown.practices) for member in held.members.values()},
        "stories": [_story(story) for story in shown.told],
        "products": [_shown_product(story, product) for story in shown.selling for product in story.products],
        "practices": [_practice(one, held.members.get(one.county_id)) for one in shown.practices],
        "pictures": {sha256: _picture(picture) for sha256, picture in carried.items()},
        "left_out": len(pictures(wanted)) - len(carried),
        "projects": _projects(projects),
    }  # fmt: skip
    return said | {"scenes": _playing(scenes, said)}


def _wanted(scenes: Sequence[Scene], stories: Sequence[ShownStory], practices: Sequence[ShownPractice]) -> OnWall:
    """What the scenes that are on would show, had the wall room for every picture."""
    on = {scene.code for scene in scenes if scene.on}
    every = sorted(stories, key=lambda story: story.code)
    to_tell, to_sell = (every if code in on else [] for code in ("stories", "products"))
    to_learn = sorted(practices, key=lambda one: one.id) if "practices" in on else []
    return on_wall(to_tell, to_sell, to_learn)


def _playing(scenes: Sequence[Scene], said: Words) -> list[Words]:
    silent = {code for code in ("stories", "practices", "products") if not said[code]}
    silent |= {"projects"} if not said["projects"]["total"] else set()
    playing = [one for one in scenes if one.on and one.code not in silent] or [wall_facts().scene("figures")]
    return [{"code": one.code, "name": one.name, "seconds": one.seconds} for one in playing]


# --- the two programmes ---------------------------------------------------------------------------------------------


def _activity(held: Frozen) -> Words:
    return {
        "name": wall_facts().programmes[0],
        "document": held.year.document,
        "basis": held.basis.removesuffix(f" · {SAMPLE}"),
        "figures": [_headline(held, catalogue().kpi(code)) for code in wall_facts().figures],
    }


def _headline(held: Frozen, kpi: Kpi) -> Words:
    lines = [line for line in held.lines() if line.target.kpi.code == kpi.code]
    reported, expected = sum(x.counties_reported for x in lines), sum(x.counties_expected for x in lines)
    inside = [member.county_id for member in held.members.values() if _counts(held, kpi, member)]
    heard = f"{held.month.month}月报数{reported}/{expected}个县"
    return {"name": kpi.short, **_amount(held.to_date(kpi, inside), kpi), "lines": [*_against_goals(lines), heard]}


def _against_goals(lines: Sequence[Progress]) -> list[str]:
    if len(lines) == 1:
        (line,) = lines
        return [f"目标{figure(line.target.stored, line.target.kpi)}，完成{percent(line.attainment)}"]
    return [f"{TIER_NAMES[line.target.tier]}完成{percent(line.attainment)}" for line in lines]


def _double_hundred(projects: PublicProjects) -> Words:
    facts, every = project_facts(), projects.every
    enterprises = {one.enterprise for one in every}
    provinces = {one.province for one in every if one.province}
    counties = {county for one in every for county in one.counties}
    figures = [
        ("入选项目", len(every), "个", [f"目标{facts.goal}个", *_stages_in_words(facts, every)]),
        ("承担企业", len(enterprises), "家", [f"来自{len(provinces)}个推荐省份和单位", "含直接申报的企业"]),
        ("面向的县", len(counties), "个", ["由项目写明的贫困县", "一个项目可面向多个县"]),
        ("通报表扬", len(projects.commended), "个", ["绩效评估优秀的项目", "名单由国家网信办确定"]),
    ]
    return {
        "name": wall_facts().programmes[1],
        "document": facts.document,
        "basis": _project_basis(projects),
        "figures": [
            {"name": name, "value": amount(number), "unit": unit, "lines": lines}
            for name, number, unit, lines in figures
        ],
    }


def _stages_in_words(facts: ProjectFacts, every: Iterable[PublicProject]) -> list[str]:
    counted = Counter(one.stage for one in every)
    first, *later = (f"{facts.word('stage', stage)}{counted[stage]}个" for stage in facts.stages_where("selected"))
    return [first, "，".join(later)]


def _project_basis(projects: PublicProjects) -> str:
    told = f"入选项目口径 · 共{len(projects.every)}个"
    told += f" · 截至{date_text(projects.as_of)}" if projects.as_of else ""
    return f"{told} · {SAMPLE}" if projects.sample else told


# --- the released figures -------------------------------------------------------------------------------------------


def _counts(held: Frozen, kpi: Kpi, member: FrozenMember) -> bool:
    return kpi in held.year.kpis_of(member.tier)


def _amount(stored: int | None, kpi: Kpi) -> Words:
    """The number and its unit apart, as they are set in different sizes; 未报 stands without a unit."""
    whole = figure(stored, kpi)
    return {"value": whole, "unit": ""} if stored is None else {"value": whole.removesuffix(kpi.unit), "unit": kpi.unit}


def _share(share: Any) -> Words:
    return {"share": None if share is None else round(float(share), 4), "percent": percent(share)}


def _target(line: Progress) -> Words:
    kpi, light = line.target.kpi, line.light.value
    return {
        **_share(line.attainment),
        "name": kpi.short,
        "scope": TIER_NAMES[line.target.tier],
        "progress": progress_text(line.actual, line.target.stored, kpi),
        "light": light,
        "word": LIGHTS[light].word,
        "reported": f"{line.counties_reported}/{line.counties_expected}个县",
    }


def _group(held: Frozen, number: int, core: FrozenMember) -> Words:
    members = held.group(core.county_id)
    figures = []
    for kpi in (catalogue().kpi(code) for code in wall_facts().group_figures):
        inside = [member.county_id for member in members if _counts(held, kpi, member)]
        figures.append({"name": kpi.short, **_amount(held.to_date(kpi, inside), kpi)})
    return {
        "number": number, "core": core.code, "name": core.name, "province": core.province, "brand": core.brand,
        "products": core.products, "members": [member.code for member in members], "figures": figures,
    }  # fmt: skip


def _county(held: Frozen, member: FrozenMember, practices: Sequence[ShownPractice]) -> Words:
    figures = []
    for kpi in catalogue().kpis:
        told = held.to_date(kpi, [member.county_id]) if _counts(held, kpi, member) else NOT_APPLICABLE
        figures.append({"name": kpi.short, "value": figure(told, kpi)})
    return {
        "name": member.name, "province": member.province, "tier": member.tier.value, "brand": member.brand,
        "products": member.products, "core": held.members[member.core_county_id].code, "figures": figures,
        "place": list(member.place), "practices": [one.title for one in practices if one.county_id == member.county_id],
    }  # fmt: skip


# --- what counties show ---------------------------------------------------------------------------------------------


def _story(story: ShownStory) -> Words:
    return {
        "code": story.code, "county": story.county, "province": story.province, "brand": story.brand,
        "title": story.title, "paragraphs": _paragraphs(story.text),
        "pictures": [_credited(picture) for picture in story.pictures],
        "products": [_product(product) for product in story.products], "sample": story.sample,
    }  # fmt: skip


def _product(product: ShownProduct) -> Words:
    """A link that is no address of the web is left out, whoever let it through."""
    return {
        "name": product.name, "spec": product.spec,
        "price": "" if product.price_fen is None else money_text(product.price_fen),
        "link": product.link if product.link and why_no_address(product.link) is None else "",
        "picture": _credited(product.picture) if product.picture else None,
    }  # fmt: skip


def _shown_product(story: ShownStory, product: ShownProduct) -> Words:
    return _product(product) | {
        "code": story.code, "county": story.county, "province": story.province, "brand": story.brand,
        "sample": story.sample,
    }  # fmt: skip


def _practice(one: ShownPractice, member: FrozenMember | None) -> Words:
    """`member` is its county as released, None when the release has no such county."""
    return {
        "code": member.code if member else "", "county": one.county, "province": member.province if member else "",
        "kind": one.kind, "title": one.title, "paragraphs": _paragraphs(one.text), "tags": list(one.tags),
        "pictures": [_credited(picture) for picture in one.pictures], "sample": one.sample,
    }  # fmt: skip


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _credited(picture: ShownPicture) -> Words:
    """What it shows and whose it is belongs to the place it stands in: another county may say it of the same picture in other
    words."""
    return {"sha": picture.sha256, "alt": picture.alt, "rights": picture.rights}


def _picture(picture: ShownPicture) -> Words:
    return {
        "type": picture.media_type, "data": base64.b64encode(picture.content).decode(), "width": picture.width,
        "height": picture.height,
    }  # fmt: skip


# --- the hundred projects -------------------------------------------------------------------------------------------


def _projects(projects: PublicProjects) -> Words:
    facts = project_facts()
    stages = facts.stages_where("selected")
    directions = [(choice.code, choice.name) for choice in facts.lists["direction"]]
    known = {code for code, _ in directions}
    others = [(code, code or "方向未填") for code in sorted({one.direction for one in projects.every} - known)]
    return {
        "total": len(projects.every),
        "goal": facts.goal,
        "basis": _project_basis(projects),
        "stages": [
            {"code": stage, "name": facts.word("stage", stage), "count": sum(x.stage == stage for x in projects.every)}
            for stage in stages
        ],
        "directions": [
            {
                "name": name,
                "total": len(projects.inside(code)),
                "counts": [len(projects.inside(code, stage)) for stage in stages],
                "projects": [_project(one) for one in projects.inside(code)],
            }
            for code, name in [*directions, *others]
        ],
        "commended": [_project(one) for one in projects.commended],
    }


def _project(one: PublicProject) -> Words:
    return {"name": one.name, "enterprise": one.enterprise, "stage": one.stage, "commended": one.commended}
