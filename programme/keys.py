"""The one secret of an installation and the keyed hashes made with it; tokens themselves are never stored."""

import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from programme import settings
from programme.errors import ProgrammeError

SHORTEST = 32
FEWEST_DIFFERENT = 10
DEFAULTS = ("some_key", "change", "changeme", "default", "example", "secret", "password", "netlift")


def secret() -> bytes:
    """`NETLIFT_SECRET`, else the random file var/secret, made at the first call.

    Raises ProgrammeError for one that is too short, too regular, or known from texts.
    """
    return _read(os.environ.get("NETLIFT_SECRET", ""), settings.state_folder() / "secret")


@lru_cache(maxsize=8)
def _read(given: str, path: Path) -> bytes:
    key = given or _from_file(path)
    guessable = key.lower().startswith(DEFAULTS) or len(set(key)) < FEWEST_DIFFERENT
    if len(key) < SHORTEST or guessable:
        raise ProgrammeError(
            f"NETLIFT_SECRET 不安全：须为至少{SHORTEST}个字符的随机文本，不能使用示例值；不设置时系统自动生成。"
        )
    return key.encode()


def _from_file(path: Path) -> str:
    """What the file says; made whole before it gets its name, so that processes starting together agree."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(SHORTEST))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_text(encoding="ascii").strip()


def digest(purpose: str, text: str) -> str:
    """A keyed hash (HMAC-SHA256, 64 hexadecimal digits); the same text gives another one for another purpose."""
    return digester(purpose)(text)


def digester(purpose: str) -> Callable[[str], str]:
    """`digest` for one purpose, for many texts: the secret is read once."""
    begun = hmac.new(secret(), f"{purpose}\0".encode(errors="surrogatepass"), hashlib.sha256)

    def of(text: str) -> str:
        one = begun.copy()
        one.update(text.encode(errors="surrogatepass"))
        return one.hexdigest()

    return of


def new_token() -> str:
    """32 random bytes, fit for a cookie and an address."""
    return secrets.token_urlsafe(32)
