"""Short work of many visitors takes turns: side by side, their threads only take the interpreter from each other."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

PATIENCE: Final = 2.0
"""Seconds after which nobody waits any longer for the others."""

_door: Final = Lock()
_queue: Final[deque[Lock]] = deque()


@contextmanager
def one_at_a_time(patience: float = PATIENCE) -> Iterator[None]:
    """In the order of coming; whoever has waited for `patience` seconds goes in beside the others."""
    mine = Lock()
    mine.acquire()
    with _door:
        _queue.append(mine)
        first = _queue[0] is mine
    if not first:
        mine.acquire(timeout=patience)
    try:
        yield
    finally:
        with _door:
            first = _queue[0] is mine
            _queue.remove(mine)
            if first and _queue:
                _queue[0].release()
