"""Write the weekly digest: how much was asked in a server against the week before, and what was reported. Pure functions."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from bot.cards.paging import join_pages
from bot.questions.reported_questions import gap_blocks, group_questions
from bot.storage.store import WEEK, Vote
from bot.storage.usage import Asked
from index.text.localization import Catalogue

# Monday, 01:00 UTC, which is 9 in the morning in Taipei: other processes have saved Sunday's last questions by then.
SENT_AFTER = timedelta(hours=1)
PAGE = 3600  # characters
OUTCOMES = ("answered", "related", "not_covered", "refused", "failed")


def latest_week(now: datetime) -> date:
    """Return the Monday of the latest week whose digest is due.

    :param now: In UTC.
    """
    day = (now - SENT_AFTER).date()
    return day - timedelta(days=day.weekday()) - WEEK


def due_at(week: date) -> datetime:
    """Return when the digest of a week is due, in UTC without a time zone."""
    return datetime.combine(week + WEEK, datetime.min.time()) + SENT_AFTER


def last_day(week: date) -> date:
    return week + WEEK - timedelta(days=1)


def is_digest_of(week: date, text: str) -> bool:
    """Check whether a text is the digest of a week, in whatever language."""
    head = text.split("\n", 1)[0]
    return head.startswith("## ") and str(week) in head and str(last_day(week)) in head


def digest_text(
    week: date, asked: Iterable[Asked], reported: Sequence[Vote], words: Catalogue, *, show_questions: bool = True
) -> str:
    """Return the digest of a week; empty if nothing was asked.

    :param week: Its Monday.
    :param asked: The questions of this week and of the one before.
    :param reported: The questions that members sent to the maintainer; those of other weeks are left out.
    :param show_questions: Whether to write the texts of these questions, or their number alone.
    """
    this_week: dict[str, dict[str, int]] = {}
    week_before: dict[str, dict[str, int]] = {}
    for each in asked:
        kinds = this_week if each.day >= week else week_before
        for kind in ("all", each.kind):
            outcomes = kinds.setdefault(kind, {})
            outcomes[each.outcome] = outcomes.get(each.outcome, 0) + each.number
    if not this_week:
        return ""
    blocks = [words("digest.head", first=week, last=last_day(week))]
    ordered = sorted({**this_week, **week_before}, key=lambda kind: -sum(this_week.get(kind, {}).values()))
    blocks += [kind_line(kind, this_week.get(kind, {}), week_before.get(kind, {}), words) for kind in ordered]
    blocks.append(words("digest.legend"))
    gaps = group_questions([vote for vote in reported if week <= vote.given.date() < week + WEEK])
    if gaps:
        blocks.append(words("gaps.head", count=sum(gap.count for gap in gaps)))
        blocks += gap_blocks(gaps, words, reasons=False) if show_questions else [words("digest.filtered")]
    first, *more = join_pages(blocks, PAGE)
    return f"{first}\n{words('digest.more')}" if more else first


def kind_line(kind: str, now: dict[str, int], before: dict[str, int], words: Catalogue) -> str:
    """Compare the numbers of two weeks, by outcome, for a kind of channel or for all of them."""

    def number(count: int, earlier: int) -> str:
        return words("digest.number", count=count, before=earlier)

    outcomes = [
        f"{words(f'usage.{name}')} {number(now.get(name, 0), before.get(name, 0))}"
        for name in OUTCOMES
        if now.get(name) or before.get(name)
    ]
    name = words("digest.all" if kind == "all" else f"usage.{kind}")
    numbers = number(sum(now.values()), sum(before.values()))
    return words("digest.line", kind=name, numbers=numbers, outcomes=" · ".join(outcomes))
