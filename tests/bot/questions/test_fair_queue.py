"""Who is served next, and who gives way when there is no room."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions.worker_pool import FairQueue


def filled(capacity: int, *joining: str) -> tuple[FairQueue[str], list[str | None]]:
    """A line after items such as "a1" joined, whose member is the letter; and what was sent away for each."""
    line = FairQueue[str](capacity)
    return line, [line.join(item[0], item) for item in joining]


def served(line: FairQueue[str]) -> list[str]:
    return list(iter(line.next, None))


def test_fair_queue_next_alternates_members_and_keeps_their_order() -> None:
    line, _ = filled(9, "a1", "a2", "a3", "b1", "c1", "c2")
    assert len(line) == 6
    assert served(line) == ["a1", "b1", "c1", "a2", "c2", "a3"]
    assert (len(line), line.next()) == (0, None)


def test_fair_queue_next_member_just_served_comes_last() -> None:
    line, _ = filled(9, "a1", "b1", "a2")
    assert line.next() == "a1"
    assert line.join("c", "c1") is None
    assert served(line) == ["b1", "a2", "c1"]


@pytest.mark.parametrize(
    ("joining", "sent_away", "left"),
    [
        (["a1", "a2", "a3", "b1"], [None, None, None, "a3"], ["a1", "b1", "a2"]),
        (["a1", "a2", "a3", "a4"], [None, None, None, "a4"], ["a1", "a2", "a3"]),
        (["a1", "b1", "c1", "d1"], [None, None, None, "d1"], ["a1", "b1", "c1"]),
        (["a1", "a2", "b1", "b2"], [None, None, None, "b2"], ["a1", "b1", "a2"]),
    ],
)
def test_fair_queue_join_full_drops_last_item_of_longest_queue(
    joining: list[str], sent_away: list[str | None], left: list[str]
) -> None:
    line, found = filled(3, *joining)
    assert found == sent_away
    assert len(line) == 3
    assert served(line) == left


@given(st.lists(st.sampled_from("abcde."), max_size=60), st.integers(1, 6))
def test_fair_queue_any_joins_lose_no_item_and_serve_members_in_turn(steps: list[str], capacity: int) -> None:
    line, joined, out, gone = FairQueue[str](capacity), [], [], []
    for number, step in enumerate(steps):
        if step == ".":
            out += [item for item in [line.next()] if item]
        else:
            joined.append(f"{step}{number}")
            gone += [item for item in [line.join(step, joined[-1])] if item]
        assert len(line) <= capacity
    rest = served(line)
    assert Counter(out + gone + rest) == Counter(joined)
    # Of those that wait at the end, the first of each member comes before the second of anybody.
    turns = [sum(other[0] == item[0] for other in rest[:at]) for at, item in enumerate(rest)]
    assert turns == sorted(turns)
