"""A page as the app shows it, to whom it may concern: AppTest with somebody signed in."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import db
from components import session
from components.pages import PAGES
from programme import sessions
from programme.permissions import Actor
from programme.settings import ROOT

Open = Callable[..., AppTest]
ADDRESS = "10.0.0.1"


def opener(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page by its file below pages/ (the bare address without one), for an actor or a stranger; `query` stands in the
    address. AppTest has neither cookies nor an address of its visitor, so the functions that read them answer for them."""

    tokens: dict[Actor, str] = {}

    def token_of(actor: Actor) -> str:
        """The same for every window of a browser, as long as it is worth something."""
        with db.transaction() as store:
            if sessions.session_actor(store, tokens.get(actor, "")) is None:
                tokens[actor] = sessions.open_session(store, actor)
        return tokens[actor]

    def open_one(actor: Actor | None = None, file: str = "", **query: str) -> AppTest:
        token = token_of(actor) if actor else ""
        monkeypatch.setattr(session, "cookie_token", lambda: token)
        monkeypatch.setattr(session, "address", lambda: ADDRESS)
        app = at(file)
        app.query_params.update(query)
        app.run()
        assert not app.exception
        return app

    return open_one


def at(file: str) -> AppTest:
    """The app before its first run, which will be that of the page: as a browser asks for it by its address."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if file:
        (line,) = [line for line in PAGES if line.file == file]
        app._page_hash = calc_hash(line.url_path)
    return app
