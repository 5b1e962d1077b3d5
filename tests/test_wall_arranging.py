"""Arranging the wall: by the office alone, within limits, one revision after the other, and never past what somebody else saved."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as few
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

import db
from components.wall_desk import ordered
from programme import settings, wall_arranging
from programme.audit_queries import detail_text
from programme.errors import NotAllowed, Outdated, ProgrammeError
from programme.models import AuditEvent
from programme.permissions import Actor, Role
from programme.wall_arranging import Arrangement
from programme.wall_scenes import Scene, wall_facts
from tests.factories import a_user
from tests.test_pages_guard import someone

USUAL = wall_facts().scenes
QUICK = tuple(replace(scene, seconds=4, on=scene.code == "targets") for scene in USUAL)


@pytest.fixture(autouse=True)
def _in_november() -> object:
    with settings.standing_at(datetime(2019, 11, 8, 2, tzinfo=UTC)):
        yield


def arrange(actor: Actor, scenes: tuple[Scene, ...], seen: int = 0, address: str | None = None) -> Arrangement:
    with db.transaction() as session:
        return wall_arranging.arrange(session, actor, scenes, seen, address)


def in_force() -> Arrangement:
    with db.reading() as session:
        return wall_arranging.arrangement(session)


def test_what_the_office_arranged_is_in_force_and_on_record(store: str) -> None:
    office = a_user(Role.OFFICE, name="办公室")
    assert (in_force().revision, in_force().scenes) == (0, USUAL)
    arrange(office, QUICK[::-1], address="https://wall.example.cn/expo")
    arranged = arrange(office, QUICK, 1)
    assert (arranged.revision, arranged.scenes, arranged.user_name) == (2, QUICK, "办公室")
    assert arranged.address == "https://wall.example.cn/expo"
    assert in_force() == arranged
    with db.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "wall.arranged")).all()[-1]
    assert detail_text(json.loads(event.detail)) == (
        "版本：2；场景：十项目标4秒；不播放：两项活动、全国地图、县的故事、经验案例、名优特产品、百个项目；地址：https://wall.example.cn/expo"
    )


def test_what_somebody_else_arranged_meanwhile_is_told_not_overrun(sqlite_store: str) -> None:
    office, deputy = a_user(Role.OFFICE), a_user(Role.OFFICE, username="deputy", name="副手")
    arrange(deputy, QUICK)
    with pytest.raises(Outdated, match="副手已保存第1版编排"):
        arrange(office, USUAL[::-1])
    assert in_force().scenes == QUICK


def test_the_store_itself_refuses_to_change_an_arrangement(store: str) -> None:
    arrange(a_user(Role.OFFICE), QUICK)
    for statement in ("DELETE FROM wall_arrangement", "UPDATE wall_arrangement SET revision = 9"):
        with pytest.raises(DatabaseError, match="append-only"), db.transaction() as session:
            session.connection().execute(text(statement))


def test_nobody_but_the_office_arranges_the_wall(sqlite_store: str) -> None:
    allowed = set()
    for role in Role:
        actor = someone(role)
        try:
            arrange(actor, QUICK)
            allowed.add(role)
        except NotAllowed:
            assert in_force().revision == len(allowed)
    assert allowed == {Role.OFFICE}
    with pytest.raises(NotAllowed, match="修改初始密码"):
        arrange(a_user(Role.OFFICE, username="newcomer", must_change_password=True), USUAL, 1)


@pytest.mark.parametrize(
    ("scenes", "sentence"),
    [
        (tuple(replace(scene, seconds=3) for scene in USUAL), "“两项活动”的停留时间为3秒，应在4～60秒之间。"),
        ((*USUAL[:-1], replace(USUAL[-1], seconds=61)), "“百个项目”的停留时间为61秒"),
        (tuple(replace(scene, on=False) for scene in USUAL), "至少要播放一个场景。"),
        (USUAL[:-1], "每个场景须恰好列出一次"),
        ((*USUAL[:-1], USUAL[0]), "每个场景须恰好列出一次"),
        ((*USUAL[:-1], replace(USUAL[0], code="advertising")), "每个场景须恰好列出一次"),
        (USUAL, "编排没有变化"),
    ],
)
def test_an_arrangement_out_of_bounds_is_refused_with_a_sentence(
    sqlite_store: str, scenes: tuple[Scene, ...], sentence: str
) -> None:
    with pytest.raises(ProgrammeError, match=sentence):
        arrange(a_user(Role.OFFICE), scenes)
    assert in_force().revision == 0


def test_a_scene_that_came_later_waits_at_the_end_and_one_that_left_is_gone(
    sqlite_store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrange(a_user(Role.OFFICE), USUAL[::-1])
    facts = (settings.data_folder() / "catalogue" / "expo.toml").read_text(encoding="utf-8")
    (tmp_path / "catalogue").mkdir()
    changed = facts.replace('code = "targets"\nname = "十项目标"', 'code = "trend"\nname = "走势"')
    (tmp_path / "catalogue" / "expo.toml").write_text(changed, encoding="utf-8")
    monkeypatch.setenv("NETLIFT_DATA", str(tmp_path))
    told = [(scene.code, scene.on) for scene in in_force().scenes]
    assert told == [
        *((code, True) for code in ("projects", "products", "practices", "stories", "map", "figures")), ("trend", False),
    ]  # fmt: skip


# --- rules on values --------------------------------------------------------------------------------------------------


def places(*numbers: int) -> str:
    scenes = tuple(replace(USUAL[0], code=letter) for letter in "abcdef"[: len(numbers)])
    return "".join(
        one.code for one in ordered(scenes, {scene.code: n for scene, n in zip(scenes, numbers, strict=True)})
    )


def test_a_scene_that_is_given_a_number_takes_that_place() -> None:
    assert places(1, 2, 3, 4) == "abcd"
    assert places(1, 2, 3, 1) == "dabc"
    assert places(3, 2, 3, 4) == "bcad"
    assert places(2, 1, 3, 4) == "bacd"
    assert places(4, 3, 2, 1) == "dcba"


@few(max_examples=25, deadline=None)
@given(st.permutations(USUAL), st.lists(st.tuples(st.integers(4, 60), st.booleans()), min_size=7, max_size=7))
def test_an_arrangement_survives_the_address_of_its_preview(scenes: list[Scene], boxes: list[tuple[int, bool]]) -> None:
    asked = tuple(replace(scene, seconds=s, on=on) for scene, (s, on) in zip(scenes, boxes, strict=True))
    if any(scene.on for scene in asked):
        assert wall_arranging.read(wall_arranging.written(asked)) == asked


@few(max_examples=25, deadline=None)
@given(st.text("figuresmap.-014", max_size=40))
def test_no_other_address_of_a_preview_is_read(written: str) -> None:
    with pytest.raises(ProgrammeError):
        wall_arranging.read(written)


@pytest.mark.parametrize(
    "address",
    ["", "https://wall.example.cn/expo", "http://10.0.0.5:8501/expo", "http://localhost/expo", "http://[::1]:80/expo"],
)
def test_an_address_of_the_wall_is_one_that_phones_can_open(address: str) -> None:
    assert wall_arranging.why_no_wall_address(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "wall.example.cn/expo", "https://wall.example.cn/", "https://wall.example.cn/expo?x=1", "https://a@b.cn/expo",
        "javascript:alert(1)", "https:///expo", "https://wall.example.cn:x/expo", "https://[/expo", f"https://{'a' * 200}/expo",
        "https://wall.example.cn/expo ", "https://wall example/expo", "ftp://wall.example.cn/expo",
    ],
)  # fmt: skip
def test_other_addresses_get_a_sentence(address: str) -> None:
    assert "应形如 https://域名/expo" in str(wall_arranging.why_no_wall_address(address))
