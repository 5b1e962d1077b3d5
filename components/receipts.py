"""What became of the last act: kept by what did it, before the page is drawn, and said once at the top of the page."""

import streamlit as st

from components import session
from components.labels import plain


def keep(name: str, sentence: str, *, done: bool) -> None:
    """Have `show` say it, in place of what was kept before; `done` tells a receipt from a refusal. Nothing is said for ""."""
    session.remember(name, (sentence, done))


def show(name: str) -> None:
    """Say it once, as it was written: names and texts that users typed are no markdown."""
    kept = session.recall(name)
    if kept is None:
        return
    session.forget(name)
    sentence, done = kept
    if sentence:
        (st.success if done else st.error)(plain(sentence), icon=":material/task_alt:" if done else ":material/block:")
