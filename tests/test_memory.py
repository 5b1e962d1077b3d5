"""The search for garbage rests while somebody is at work on a large file, and comes back."""

import gc

import pytest

from programme.memory import uncollected


def test_garbage_is_searched_for_again_when_the_last_has_left() -> None:
    first, second = uncollected(), uncollected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_garbage_is_searched_for_again_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError):
        _fail()
    assert gc.isenabled()


@uncollected()
def _fail() -> None:
    raise ZeroDivisionError
