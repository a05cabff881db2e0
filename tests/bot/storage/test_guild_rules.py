"""What a server's rules let whom do, and how often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rate_limits import Cooldowns
from bot.storage.guild_rules import EVERYWHERE, Rules, refusal

HERE, PARENT, ELSEWHERE, ROLE = 1, 2, 3, 9


@pytest.mark.parametrize(
    ("rules", "refused"),
    [
        (EVERYWHERE, None),
        (Rules(blocked_channels={ELSEWHERE}), None),
        (Rules(blocked_channels={HERE}), "channel"),
        (Rules(blocked_channels={PARENT}), "channel"),
        (Rules(only_channels={PARENT}), None),
        (Rules(only_channels={ELSEWHERE}), "channel"),
        (Rules(only_channels={HERE}, blocked_channels={HERE}), "channel"),
        (Rules(roles={ROLE}), None),
        (Rules(roles={ROLE + 1}), "role"),
    ],
)
def test_refusal_reason_channel_or_role_not_allowed_returns_its_kind(rules, refused):
    assert refusal(rules, [HERE, PARENT], [ROLE], manages=False) == refused


RULES = st.builds(
    Rules,
    only_channels=st.frozensets(st.integers(0, 5)),
    blocked_channels=st.frozensets(st.integers(0, 5)),
    roles=st.frozensets(st.integers(0, 5)),
)


@given(RULES)
def test_refusal_reason_manager_returns_none(rules):
    assert refusal(rules, [HERE], [], manages=True) is None


@pytest.mark.parametrize("wrong", [{"retention_days": 0}, {"retention_days": 366}, {"member_rate": 61}, {"language": "fr"}])
def test_rules_value_out_of_range_raises_value_error(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Rules(**wrong)


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_cooldowns_wait_rate_exceeded_returns_seconds_to_wait():
    clock = Clock()
    cooldowns = Cooldowns(clock)
    assert [cooldowns.wait({"ann": 2}) for _ in range(3)] == [0, 0, 60]
    clock.now += 50
    assert (cooldowns.wait({"ann": 2}), cooldowns.wait({"bob": 2})) == (10, 0)
    clock.now += 10
    assert [cooldowns.wait({"ann": 2}) for _ in range(3)] == [0, 0, 60]


def test_cooldowns_wait_refused_by_one_limit_does_not_count_for_others():
    cooldowns = Cooldowns(Clock())
    assert cooldowns.wait({"ann": 1, "channel": 5}) == 0
    assert [cooldowns.wait({"ann": 1, "channel": 5}) for _ in range(9)] == [60] * 9
    assert [cooldowns.wait({"channel": 5}) for _ in range(5)] == [0, 0, 0, 0, 60]


def test_cooldowns_wait_zero_rate_is_unlimited_and_memory_is_bounded():
    cooldowns = Cooldowns(Clock())
    assert [cooldowns.wait({"ann": 0}) for _ in range(100)] == [0] * 100
    for member in range(12_000):
        cooldowns.wait({member: 1})
    assert len(cooldowns._taken) == 10_000


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 5))
def test_cooldowns_wait_any_minute_allows_at_most_rate(steps, rate):
    clock = Clock()
    cooldowns, allowed = Cooldowns(clock), []
    for step in steps:
        clock.now += step
        if not cooldowns.wait({"ann": rate}):
            allowed.append(clock.now)
    for start in allowed:
        assert sum(1 for at in allowed if start <= at < start + 60) <= rate
