"""The one place where a refusal becomes a message, and where an unforeseen error gets its number."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components.labels import plain
from programme.errors import ProgrammeError

_log = logging.getLogger("netlift")


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Show a ProgrammeError as its sentence and go on behind the block."""
    try:
        yield
    except ProgrammeError as refusal:
        st.error(plain(str(refusal)), icon=":material/block:")


def explain(error: Exception) -> bool:
    """Say in Chinese that something failed; Streamlit has logged the error, the number leads to it. True: nothing else is shown."""
    if isinstance(error, ProgrammeError):
        st.error(plain(str(error)), icon=":material/block:")
        return True
    number = secrets.token_hex(4).upper()
    _log.error("error number %s: %s", number, type(error).__name__)
    st.error(
        f"系统出现意外错误，刚才的操作没有完成。请重试；仍不行时，请把错误编号 **{number}** 告诉系统管理员。",
        icon=":material/error:",
    )
    return True
