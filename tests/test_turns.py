from threading import Event, Thread

from components import turns
from components.turns import one_at_a_time

SOON = 20


def test_one_goes_in_after_the_other_in_the_order_of_coming() -> None:
    inside, order, most = [0], list[int](), list[int]()
    opened, started = Event(), [Event() for _ in range(5)]

    def come(number: int) -> None:
        started[number].set()
        with one_at_a_time(SOON):
            inside[0] += 1
            most.append(inside[0])
            order.append(number)
            if number == 0:
                opened.wait(SOON)
            inside[0] -= 1

    threads = []
    for number in range(5):
        threads.append(Thread(target=come, args=(number,)))
        threads[-1].start()
        started[number].wait(SOON)
        while waiting() <= number:
            Event().wait(0.001)
    opened.set()
    for thread in threads:
        thread.join(SOON)
    assert order == [0, 1, 2, 3, 4]
    assert max(most) == 1


def test_who_fails_gives_the_turn_on() -> None:
    try:
        with one_at_a_time():
            raise ValueError
    except ValueError:
        pass
    assert waiting() == 0
    with one_at_a_time():
        assert waiting() == 1


def test_nobody_waits_for_ever_for_one_who_hangs() -> None:
    hanging, done = Event(), Event()

    def hang() -> None:
        with one_at_a_time():
            hanging.set()
            done.wait(SOON)

    thread = Thread(target=hang)
    thread.start()
    hanging.wait(SOON)
    with one_at_a_time(patience=0.01):
        assert waiting() == 2
    done.set()
    thread.join(SOON)
    assert waiting() == 0


def waiting() -> int:
    return len(turns._queue)
