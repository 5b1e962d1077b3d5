"""The manual: a text for every page, and the first steps of every role."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from components import manual
from components.pages import PAGES, offered
from programme.permissions import Actor, Role
from programme.settings import data_folder
from tests.factories import a_user
from tests.opening import Open

LISTED = re.compile(r"\[(.+?)\]\((.+?)\.md\)")


def test_every_page_has_its_text_under_its_own_title_and_the_index_lists_them_all() -> None:
    lines = [line for line in PAGES if line.file != manual.PAGE]
    assert [(line.url_path, manual.title_of(line.url_path)) for line in lines] == [
        (line.url_path, line.title) for line in lines
    ]
    expected = [(manual.title_of(topic), topic) for topic in (*manual.GENERAL, *(line.url_path for line in lines))]
    assert LISTED.findall((manual.FOLDER / "README.md").read_text(encoding="utf-8")) == expected


def test_every_picture_is_there_and_says_what_it_shows() -> None:
    texts = [path.read_text(encoding="utf-8") for path in manual.FOLDER.glob("*.md")]
    named = {path for text in texts for _, path in re.findall(r"!\[(.+)\]\((.+)\)", text)}
    assert named == {f"pictures/{path.name}" for path in (manual.FOLDER / "pictures").iterdir()}


def test_the_first_steps_of_every_role_lead_to_pages_it_may_open() -> None:
    steps = manual._steps(data_folder())
    assert set(steps) == {role.value for role in Role}
    for role in Role:
        own = {line.url_path for line in offered(Actor(1, "x", "x", role))}
        assert {step["page"] for step in steps[role.value]} <= own, role


@pytest.mark.parametrize("role", [Role.COUNTY, Role.EXPERT])
def test_a_reader_finds_the_topics_of_their_own_pages(open_page: Open, role: Role) -> None:
    actor = a_user(role, county="533301" if role is Role.COUNTY else "")
    app: AppTest = open_page(actor, manual.PAGE, topic="数字怎样算")
    (box,) = app.main.selectbox
    assert box.options == [manual.title_of(topic) for topic in manual.topics(actor)]
    assert [header.value for header in app.main.header] == ["数字怎样算"]
