"""The rate limiter: a sliding window by key, of which few keys are remembered."""

from hypothesis import given
from hypothesis import strategies as st

from bot.rate_limits import RateLimiter


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_wait_rate_exceeded_returns_seconds_to_wait():
    clock = Clock()
    limiter = RateLimiter(60, clock)
    assert [limiter.wait({"ann": 2}) for _ in range(3)] == [0, 0, 60]
    clock.now += 50
    assert (limiter.wait({"ann": 2}), limiter.wait({"bob": 2})) == (10, 0)
    clock.now += 10
    assert [limiter.wait({"ann": 2}) for _ in range(3)] == [0, 0, 60]


def test_wait_refused_by_one_limit_does_not_count_for_others():
    limiter = RateLimiter(60, Clock())
    assert limiter.wait({"ann": 1, "channel": 5}) == 0
    assert [limiter.wait({"ann": 1, "channel": 5}) for _ in range(9)] == [60] * 9
    assert [limiter.wait({"channel": 5}) for _ in range(5)] == [0, 0, 0, 0, 60]


def test_wait_zero_rate_is_unlimited_and_memory_is_bounded():
    limiter = RateLimiter(60, Clock())
    assert [limiter.wait({"ann": 0}) for _ in range(100)] == [0] * 100
    for member in range(12_000):
        limiter.wait({member: 1})
    assert len(limiter._taken) == 10_000


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 5))
def test_wait_any_minute_allows_at_most_rate(steps, rate):
    clock = Clock()
    limiter, allowed = RateLimiter(60, clock), []
    for step in steps:
        clock.now += step
        if not limiter.wait({"ann": rate}):
            allowed.append(clock.now)
    for start in allowed:
        assert sum(1 for at in allowed if start <= at < start + 60) <= rate
