"""What ties a conversation to one browser: its two cookies, never the address or a session id."""

from collections.abc import Mapping
from typing import Final

from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from programme import keys

COOKIE: Final = "netlift"
TIE_HEADER: Final = "x-netlift-tie"
TYPE_COOKIE: Final = "netlift_type"
LARGE: Final = "large"


def reads_large_type(cookies: Mapping[str, str]) -> bool:
    """大字版: chosen in this browser, with or without an account."""
    return cookies.get(TYPE_COOKIE) == LARGE


def identity(cookies: Mapping[str, str]) -> str:
    """A keyed hash of the browser's XSRF token (its mask changes, the token does not); '' for a browser without one."""
    try:
        token, _ = decode_xsrf_token_string(cookies.get(XSRF_COOKIE_NAME, ""))
    except (IndexError, ZeroDivisionError):
        return ""
    return keys.digest("browser", token.hex()) if token else ""


def tie(cookies: Mapping[str, str]) -> str:
    """What must be the same for a connection to resume a Streamlit session: the browser and its sign-in."""
    return keys.digest("tie", f"{identity(cookies)} {cookies.get(COOKIE, '')}")
