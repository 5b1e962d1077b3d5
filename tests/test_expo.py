"""The expo wall as strangers get it: what is open, what an answer carries, what makes a new version, and what never does."""

import asyncio
import gzip
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

import db
from components import expo, expo_making
from components.expo_making import NoWall, Wall
from components.gate import is_open
from programme import sessions, settings, wall_arranging, wall_standing
from programme.models import FrozenList, Project
from programme.permissions import Actor, Role
from programme.wall_scenes import wall_facts
from programme.wall_standing import Mark
from tests import material_acts
from tests.project_people import a_project
from tests.test_door import app
from tests.test_releases import JULY, OTHERS, YUNLONG, accepted, everybody, make
from tests.test_reviews import SOUND, hand_in

OTHERWISE = tuple(replace(scene, seconds=5) for scene in wall_facts().scenes[::-1])


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with settings.standing_at(datetime(2019, 11, 8, 2, tzinfo=UTC)):
        yield


@pytest.fixture
def people(sqlite_store: str) -> dict[str, Actor]:
    return everybody()


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def ask(path: str, query: str = "", method: str = "GET", **headers: str) -> Answer:
    """One request as uvicorn would hand it on."""
    sent = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "headers": [(b"host", b"localhost"), *sent], "client": ("10.0.0.1", 1),
        "server": ("localhost", 80), "root_path": "",
    }  # fmt: skip
    answer = Answer()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode("latin-1") for name, value in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    asyncio.run(app()(scope, receive, send))
    return answer


def policy(answer: Answer) -> dict[str, str]:
    parts = (part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    return {name: rest[0] if rest else "" for name, *rest in parts}


def told() -> tuple[str, str]:
    version, sha256 = ask("/expo/version").body.decode().split()
    return version, sha256


# --- before the first release -----------------------------------------------------------------------------------------


def test_before_the_first_release_the_wall_says_so_and_goes_on_asking(people: dict[str, Actor]) -> None:
    hand_in(people["county"], SOUND)
    page = ask("/expo")
    assert (page.status, page.headers["cache-control"]) == (200, "no-store")
    assert expo_making.WAITING in page.body.decode()
    assert f'data-poll="{wall_facts().poll_seconds}"' in page.body.decode()
    assert "/expo/version" in page.body.decode()
    assert ask("/expo/version").body == b"none\n"
    assert [ask(f"/expo/bundle.html{rest}").status for rest in ("", ".sha256")] == [404, 404]


# --- what strangers reach ---------------------------------------------------------------------------------------------


def test_exactly_the_wall_is_open_to_strangers() -> None:
    inside = {f"/expo{rest}" for rest in ("", "/version", "/worker.js", "/bundle.html", "/bundle.html.sha256")}
    near = (
        "/expo/",
        "/expo/preview",
        "/expo/more",
        "/expository",
        "/Expo",
        "/expo/bundle.html.sha512",
        "/expo/../media/x",
    )
    assert inside == expo.OPEN
    assert [path for path in (*sorted(inside), *near) if is_open(path)] == sorted(inside)


def test_a_preview_is_for_those_who_may_arrange(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    make(people["office"])
    with db.transaction() as session:
        cookies = {actor.role: f"netlift={sessions.open_session(session, actor)}" for actor in people.values()}
    seen = {role: ask("/expo/preview", "scenes=x", cookie=cookie).status for role, cookie in cookies.items()}
    assert seen == {role: 400 if role is Role.OFFICE else 403 for role in Role}
    shown = ask("/expo/preview", f"scenes={wall_arranging.written(OTHERWISE)}", cookie=cookies[Role.OFFICE])
    assert ask("/expo/preview").status == 401
    assert (shown.status, shown.headers["cache-control"]) == (200, "private, no-store")
    assert policy(shown)["connect-src"] == "'none'"
    assert "/expo/version" not in shown.body.decode()


# --- what an answer carries -------------------------------------------------------------------------------------------


def test_the_wall_is_one_file_under_a_policy_that_lets_it_ask_for_nothing_else(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    make(people["office"])
    page, (version, sha256) = ask("/expo"), told()
    assert (page.status, page.headers["etag"], page.headers["cache-control"]) == (200, f'W/"{version}"', "no-cache")
    assert page.headers["x-content-sha256"] == sha256 == hashlib.sha256(page.body).hexdigest()
    assert version in page.body.decode()
    rules = policy(page)
    assert {rules[name] for name in ("default-src", "base-uri", "form-action")} == {"'none'"}
    assert (rules["connect-src"], rules["worker-src"], rules["frame-ancestors"]) == ("'self'", "'self'", "'self'")
    assert re.fullmatch(r"('sha256-[\w+/=]+' ?)+", rules["script-src"])
    assert page.headers["x-content-type-options"] == "nosniff"
    packed = ask("/expo", accept_encoding="gzip, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == page.body
    assert ask("/expo", if_none_match=page.headers["etag"]).status == 304
    assert "immutable" in ask("/expo", f"v={version}").headers["cache-control"]
    assert ask("/expo", "v=0123456789abcdef").headers["cache-control"] == "no-cache"
    assert {path: ask(path, method="HEAD").status for path in expo.OPEN} == dict.fromkeys(expo.OPEN, 200)
    worker = ask("/expo/worker.js")
    assert worker.headers["service-worker-allowed"] == "/expo"
    assert worker.headers["content-type"].startswith("text/javascript")
    assert ask("/expo/version").headers["cache-control"] == "no-store"
    bare = page.body.replace(f'data-version="{version}"'.encode(), b'data-version=""')
    assert version == hashlib.sha256(ask("/expo/bundle.html").body + bare).hexdigest()[:16]  # of all that is served
    _the_bundle_is_for_a_stick_and_agrees_with_its_sum()


def _the_bundle_is_for_a_stick_and_agrees_with_its_sum() -> None:
    bundle = ask("/expo/bundle.html")
    digest, name = ask("/expo/bundle.html.sha256").body.decode().split()
    assert (digest, name) == (hashlib.sha256(bundle.body).hexdigest(), "netlift-wall-1-2019-06.html")
    assert bundle.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert "connect-src 'none'" in unescape(bundle.body.decode())
    assert "/expo/version" not in bundle.body.decode()


# --- what makes a new version -----------------------------------------------------------------------------------------


def test_what_is_worked_on_changes_nothing_and_a_superseding_release_does(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    make(people["office"])
    first, page = expo_making.standing(), ask("/expo").body
    assert isinstance(first, Wall)
    accepted(people, SOUND | {"online_sales": "11"}, reason="退货")
    hand_in(people["neighbour"], OTHERS, YUNLONG)
    assert expo_making.standing() is first
    assert ask("/expo").body == page
    make(people["office"], reason="6月销售额更正")
    assert expo_making.standing() is first  # strangers see nothing new for half a minute
    second = expo_making.standing(patient=True)
    assert isinstance(second, Wall)
    assert (first.title, second.title) == ("第1期（2019年6月）", "第2期（2019年6月）")
    assert first.version != second.version == told()[0]
    assert ask("/expo", if_none_match=f'W/"{first.version}"').status == 200


def test_all_that_the_wall_is_made_from_is_marked_and_nothing_else(people: dict[str, Actor]) -> None:
    def mark() -> Mark | None:
        with db.reading() as session:
            return wall_standing.mark(session)

    accepted(people, SOUND)
    assert mark() is None
    make(people["office"])
    marks = [mark()]
    accepted(people, SOUND, JULY)
    assert mark() == marks[-1]
    project = a_project("submitted", no="53-901")
    assert mark() == marks[-1]
    project = a_project("running", no="53-900")
    marks.append(mark())
    with db.transaction() as session:
        moved = update(Project).where(col(Project.id) == project).values(moves=Project.moves + 1)
        session.connection().execute(moved)
    marks.append(mark())
    with db.transaction() as session:
        wall_arranging.arrange(session, people["office"], OTHERWISE, 0)
    marks.append(mark())
    make(people["office"], JULY)
    marks.append(mark())
    assert len(set(marks)) == 5


def test_who_asks_while_the_first_wall_is_made_is_told_so_at_once(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    make(people["office"])
    with expo_making._making:
        page = ask("/expo")
        assert (page.status, page.headers["cache-control"]) == (503, "no-store")
        assert expo_making.BEING_MADE in page.body.decode()
        assert ask("/expo/version").body == b"none\n"
        assert [ask(f"/expo/bundle.html{rest}").status for rest in ("", ".sha256")] == [503, 503]


def test_what_cannot_be_made_leaves_the_last_wall_standing_and_is_not_tried_at_every_request(
    people: dict[str, Actor], caplog: pytest.LogCaptureFixture
) -> None:
    def spoil(number: int) -> None:
        with db.transaction() as session:
            kept = {"content": "?", "sha256": "0" * 64, "user_id": 1, "user_name": "国家网信办"}
            session.add(FrozenList(kind="commended", province_code="", number=number, **kept))

    accepted(people, SOUND)
    make(people["office"])
    first = expo_making.standing()
    assert isinstance(first, Wall)
    spoil(1)
    assert [expo_making.standing(patient=True) for _ in range(3)] == [first] * 3
    assert (expo_making.has_failed(), len(caplog.records)) == (True, 1)
    spoil(2)
    assert expo_making.standing(patient=True) is first
    assert len(caplog.records) == 2
    expo_making._kept.clear()
    assert expo_making.standing() == NoWall(expo_making.FAILED, poll=60)
    assert [ask(path).status for path in ("/expo", "/expo/bundle.html")] == [503, 503]


# --- one story --------------------------------------------------------------------------------------------------------


def test_the_scene_of_a_story_is_shown_to_its_county_and_the_office_alone(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    make(people["office"])
    piece = material_acts.begun(people["county"])
    material_acts.hand_in(people["county"], piece, material_acts.with_pictures(material_acts.a_story(title="山货上网")))

    def answered(who: str, query: str) -> Answer:
        with db.transaction() as session:
            token = sessions.open_session(session, people[who])
        return ask("/expo/story", query, cookie=f"netlift={token}")

    asked = f"piece={piece.id}&version=1"
    assert [answered(who, asked).status for who in ("county", "office")] == [200, 200]
    assert [answered(who, asked).status for who in ("neighbour", "leader", "province")] == [404, 403, 403]
    assert ask("/expo/story", asked).status == 401
    assert [answered("county", query).status for query in ("", "piece=x&version=1", "piece=999&version=1")] == [
        400,
        400,
        404,
    ]
    said = answered("county", asked)
    assert "山货上网" in said.body.decode()
    assert policy(said)["connect-src"] == "'none'"
