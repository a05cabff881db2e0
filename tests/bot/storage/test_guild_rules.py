"""What a server's rules let whom do, and how often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.guild_rules import EVERYWHERE, Rules, asking_at, refusal_reason

HERE, PARENT, CATEGORY, ELSEWHERE, ROLE = 1, 2, 3, 4, 9
PLACES = [HERE, PARENT, CATEGORY]


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
        (Rules(only_channels={CATEGORY}), None),
        (Rules(blocked_channels={CATEGORY}), "channel"),
        (Rules(only_channels={CATEGORY}, blocked_channels={PARENT}), "channel"),
        (Rules(only_channels={HERE}, blocked_channels={CATEGORY}), None),
        (Rules(only_channels={ELSEWHERE}, unasked_channels={CATEGORY}), None),
        (Rules(only_channels={ELSEWHERE}, dedicated_channels={PARENT}), None),
        (Rules(roles={ROLE}), None),
        (Rules(roles={ROLE + 1}), "role"),
    ],
)
def test_refusal_reason_channel_or_role_not_allowed_returns_its_kind(rules, refused):
    assert refusal_reason(rules, PLACES, [ROLE], manages=False) == refused


@pytest.mark.parametrize(
    ("rules", "asking"),
    [
        (EVERYWHERE, None),
        (Rules(unasked_channels={ELSEWHERE}), None),
        (Rules(unasked_channels={CATEGORY}), "unasked"),
        (Rules(unasked_channels={CATEGORY}, dedicated_channels={PARENT}), "dedicated"),
        (Rules(unasked_channels={CATEGORY}, dedicated_channels={PARENT}, only_channels={HERE}), "only"),
        (Rules(unasked_channels={HERE}, only_channels={HERE}), "unasked"),
    ],
)
def test_asking_at_nearest_place_that_is_named_decides(rules, asking):
    assert asking_at(rules, PLACES) == asking


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
