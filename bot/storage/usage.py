"""Count questions by day, server, kind of channel and outcome, without texts and members."""

from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

from index.models import Verdict

ChannelKind = Literal["text", "announcement", "forum", "thread", "voice", "direct"]
# The verdict on an answered question; `refused` if the server's rules do not let the member ask, `failed` for an error.
Outcome = Verdict | Literal["refused", "failed"]
# The server under which questions outside of servers are counted.
NOWHERE = 0


class Asked(NamedTuple):
    """Questions with the same outcome on a day (UTC) in channels of one kind of a server."""

    day: date
    guild: int
    kind: ChannelKind
    outcome: Outcome
    number: int = 1


def sum_by_day(asked: Iterable[Asked]) -> dict[date, dict[str, int]]:
    """Add up the questions of each day by outcome, in the order of the first ones."""
    days: dict[date, dict[str, int]] = {}
    for each in asked:
        outcomes = days.setdefault(each.day, {})
        outcomes[each.outcome] = outcomes.get(each.outcome, 0) + each.number
    return days


def sum_by_kind(asked: Iterable[Asked]) -> dict[str, int]:
    """Add up the questions by kind of channel, in the order of the first ones."""
    kinds: dict[str, int] = {}
    for each in asked:
        kinds[each.kind] = kinds.get(each.kind, 0) + each.number
    return kinds
