"""Python's search for garbage, kept away from a large file on its way through."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_inside: list[object] = []


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for garbage until the last of those inside has left: each would go through all the file's rows.

    What nobody holds any more is freed at once as ever; only cycles wait, for a second or two.
    """
    mine = object()
    with _lock:
        _inside.append(mine)
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _inside.remove(mine)
            if not _inside:
                gc.enable()
