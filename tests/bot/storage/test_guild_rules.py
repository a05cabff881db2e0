"""What a server's rules let whom do, and how often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.guild_rules import EVERYWHERE, Rules, refusal_reason

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
    assert refusal_reason(rules, [HERE, PARENT], [ROLE], manages=False) == refused


RULES = st.builds(
    Rules,
    only_channels=st.frozensets(st.integers(0, 5)),
    blocked_channels=st.frozensets(st.integers(0, 5)),
    roles=st.frozensets(st.integers(0, 5)),
)


@given(RULES)
def test_refusal_reason_manager_returns_none(rules):
    assert refusal_reason(rules, [HERE], [], manages=True) is None


@pytest.mark.parametrize("wrong", [{"retention_days": 0}, {"retention_days": 366}, {"member_rate": 61}, {"language": "fr"}])
def test_rules_value_out_of_range_raises_value_error(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Rules(**wrong)
