"""The user manual (docs/manual): one text a page of the platform, shown where it is needed; and the first steps of each role."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Final

import streamlit as st

from components import pages
from components.pages import PageLine
from programme.permissions import ROLE_NAMES, Actor, refusal
from programme.settings import ROOT, data_folder

FOLDER: Final = ROOT / "docs" / "manual"
PAGE: Final = "pages/account/manual.py"
GENERAL: Final = ("start", "figures")
_PICTURE: Final = re.compile(r"^!\[(.+)\]\((.+)\)$", re.MULTILINE)


@lru_cache(maxsize=64)
def text_of(topic: str) -> str:
    """The text of a topic: the address of its page, or one of GENERAL. Raises FileNotFoundError."""
    return (FOLDER / f"{topic}.md").read_text(encoding="utf-8")


def title_of(topic: str) -> str:
    return text_of(topic).split("\n", 1)[0].removeprefix("# ")


def topics(actor: Actor) -> list[str]:
    """What concerns the actor, general things first, then their pages in the menu's order."""
    return [*GENERAL, *(line.url_path for line in pages.PAGES if _concerns(actor, line))]


def _concerns(actor: Actor, line: PageLine) -> bool:
    return line.file != PAGE and refusal(actor, line.permission) is None


def show(topic: str) -> None:
    """A topic with its pictures."""
    before, *rest = _PICTURE.split(text_of(topic).split("\n", 1)[1])
    st.markdown(before)
    for words, path, after in zip(*[iter(rest)] * 3, strict=True):
        picture = FOLDER / path
        if picture.is_file():
            st.image(picture, alt=words, caption=words)
        st.markdown(after)


def link(line: PageLine | None) -> None:
    """To what the manual says about the page that is shown."""
    topic = line.url_path if line and (FOLDER / f"{line.url_path}.md").is_file() else GENERAL[0]
    label, icon = "本页怎么用", ":material/help:"
    st.page_link(pages.linked(PAGE), label=label, icon=icon, query_params={"topic": title_of(topic)}, width="stretch")


@lru_cache(maxsize=8)
def _steps(folder: Path) -> dict[str, list[dict[str, str]]]:
    return dict(tomllib.loads((folder / "catalogue" / "first_steps.toml").read_text(encoding="utf-8")))


def first_steps(actor: Actor) -> None:
    """What to do first, each with the way there: closed, for those who know."""
    with st.expander(f"第一次使用？{ROLE_NAMES[actor.role]}从这里开始", icon=":material/flag:"):
        for number, step in enumerate(_steps(data_folder())[actor.role.value], 1):
            st.markdown(f"**{number}.** {step['text']}")
            (line,) = [line for line in pages.PAGES if line.url_path == step["page"]]
            st.page_link(pages.linked(line.file), label=f"打开“{line.title}”")
