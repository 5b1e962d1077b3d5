"""Arranging the expo wall: the order of its scenes, how long each step stays, which are left out. Every change is a revision;
the newest is in force, and without one the scenes stand as in expo.toml."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from programme import audit
from programme.errors import Outdated, ProgrammeError
from programme.models import WallArrangement
from programme.permissions import Actor, Permission, require
from programme.wall_scenes import Scene, wall_facts

PATH: Final = "/expo"
LONGEST: Final = 200
_HOST: Final = re.compile(r"[\w.-]+|\[[0-9a-f:]+\]", re.IGNORECASE)
_WRITTEN: Final = re.compile(r"([a-z_]{1,40})\.([0-9]{1,5})\.([01])")


@dataclass(frozen=True)
class Arrangement:
    """Revision 0 is that of expo.toml. `address` is where a phone finds the wall, "" for no code to scan."""

    revision: int
    scenes: tuple[Scene, ...]
    address: str = ""
    at: datetime | None = None
    user_name: str = ""


def arrangement(session: Session) -> Arrangement:
    """The one in force. A scene that came to expo.toml later stands last and is off; one that left it is gone."""
    newest = select(WallArrangement).order_by(col(WallArrangement.revision).desc()).limit(1)
    row = session.exec(newest).first()
    if row is None:
        return Arrangement(0, wall_facts().scenes)
    known = {scene.code: scene for scene in wall_facts().scenes}
    kept = tuple(
        replace(known.pop(code), seconds=seconds, on=on)
        for code, seconds, on in json.loads(row.scenes)
        if code in known
    )
    added = tuple(replace(scene, on=False) for scene in known.values())
    return Arrangement(row.revision, kept + added, row.address, row.at, row.user_name)


def scenes_in_force(session: Session) -> tuple[Scene, ...]:
    return arrangement(session).scenes


def arrange(
    session: Session, actor: Actor, scenes: Sequence[Scene], seen_revision: int, address: str | None = None
) -> Arrangement:
    """Put these scenes in force, in this order; `address` None leaves the address as it is. Raises NotAllowed, ProgrammeError,
    and Outdated when somebody arranged them since `seen_revision`."""
    require(actor, Permission.ARRANGE_WALL)
    before = arrangement(session)
    if before.revision != seen_revision:
        raise Outdated(f"您编辑期间，{before.user_name}已保存第{before.revision}版编排。请核对后再改。")
    address = before.address if address is None else address.strip()
    if sentence := why_not(scenes) or why_no_wall_address(address):
        raise ProgrammeError(sentence)
    asked = [(scene.code, scene.seconds, scene.on) for scene in scenes]
    if asked == [(scene.code, scene.seconds, scene.on) for scene in before.scenes] and address == before.address:
        raise ProgrammeError("编排没有变化，没有保存。")
    row = WallArrangement(
        revision=before.revision + 1, user_id=actor.id, user_name=actor.name, scenes=json.dumps(asked), address=address
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "wall.arranged", revision=row.revision, scenes=told(scenes), address=address)
    return arrangement(session)


# --- the rules ------------------------------------------------------------------------------------------------------


def why_not(scenes: Sequence[Scene]) -> str | None:
    """Why the scenes cannot be shown like this, as a sentence; None when they can."""
    facts = wall_facts()
    if sorted(scene.code for scene in scenes) != sorted(scene.code for scene in facts.scenes):
        return "每个场景须恰好列出一次，请刷新页面后再编排。"
    for scene in scenes:
        if not facts.least_seconds <= scene.seconds <= facts.most_seconds:
            return (
                f"“{scene.name}”的停留时间为{scene.seconds}秒，应在{facts.least_seconds}～{facts.most_seconds}秒之间。"
            )
    if not any(scene.on for scene in scenes):
        return "至少要播放一个场景。"
    return None


def why_no_wall_address(address: str) -> str | None:
    """Why a phone would not find the wall there, as a sentence; None for "" and for a sound one."""
    if not address:
        return None
    wrong = f"手机访问地址应形如 https://域名{PATH}，不超过{LONGEST}字；不需要二维码就留空。"
    try:
        parts = urlsplit(address)
        host, _ = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc, parts.port
    except ValueError:
        return wrong
    sound = parts.scheme in ("http", "https") and parts.path == PATH and not parts.query and not parts.fragment
    return None if sound and len(address) <= LONGEST and _HOST.fullmatch(host) else wrong


def told(scenes: Sequence[Scene]) -> str:
    """两项活动14秒、全国地图6秒；不播放：十项目标"""
    on = "、".join(f"{scene.name}{scene.seconds}秒" for scene in scenes if scene.on)
    off = "、".join(scene.name for scene in scenes if not scene.on)
    return f"{on}；不播放：{off}" if off else on


# --- as text, for the address of a preview ----------------------------------------------------------------------------


def written(scenes: Sequence[Scene]) -> str:
    """figures.14.1-map.6.0"""
    return "-".join(f"{scene.code}.{scene.seconds}.{int(scene.on)}" for scene in scenes)


def read(text: str) -> tuple[Scene, ...]:
    """Scenes as `written`. Raises ProgrammeError for what cannot be shown."""
    known = {scene.code: scene for scene in wall_facts().scenes}
    parts = [_WRITTEN.fullmatch(part) for part in text.split("-")]
    if not all(part and part[1] in known for part in parts):
        raise ProgrammeError("这个预览地址不完整，请从“博览会大屏”页面重新打开预览。")
    scenes = tuple(replace(known[part[1]], seconds=int(part[2]), on=part[3] == "1") for part in parts if part)
    if sentence := why_not(scenes):
        raise ProgrammeError(sentence)
    return scenes
