"""A failing service is left alone."""

from bot.writing.breaker import FAILURES, PAUSE_SECONDS, Breaker


def test_breaker_five_failures_in_a_row_open_it_for_a_minute_and_one_more_again():
    now = 1000.0
    breaker = Breaker(lambda: now)
    for _ in range(FAILURES - 1):
        breaker.failed()
    assert not breaker.is_open
    breaker.failed()
    assert breaker.is_open
    now += PAUSE_SECONDS - 0.001
    assert breaker.is_open
    now += 0.001
    assert not breaker.is_open
    breaker.failed()
    assert breaker.is_open
    now += PAUSE_SECONDS
    assert not breaker.is_open
    assert (FAILURES, PAUSE_SECONDS) == (5, 60.0)


def test_breaker_success_forgets_earlier_failures():
    breaker = Breaker(lambda: 1000.0)
    for _ in range(3):
        for _ in range(FAILURES - 1):
            breaker.failed()
        breaker.succeeded()
    assert not breaker.is_open
