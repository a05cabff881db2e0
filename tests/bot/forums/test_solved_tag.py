"""Which tag of a forum marks a post as solved."""

from types import SimpleNamespace

import pytest

from bot.forums.solved_tag import find_solved_tag


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ([], None),
        (["Question", "Bug"], None),
        (["Unsolved", "未解決", "not solved"], None),
        (["Question", "Solved"], "Solved"),
        (["SOLVED ✅"], "SOLVED ✅"),
        (["提問", "✅ 已解決"], "✅ 已解決"),
        (["已解决"], "已解决"),
        (["解決済み"], "解決済み"),
        (["Resolved", "Solved"], "Resolved"),
    ],
)
def test_find_solved_tag_returns_the_first_with_such_a_name(names, found):
    tag = find_solved_tag([SimpleNamespace(name=name) for name in names])
    assert (tag and tag.name) == found
