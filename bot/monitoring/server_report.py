"""Write what a server's managers see in `/status`: what to fix and how much is asked. Pure functions."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.monitoring.refusal_log import Refused
from bot.refusals import Cause
from index.text.localization import Catalogue

LISTED = 10  # refusals
# Where the missing permissions of a channel are known, these say nothing more.
OF_PERMISSIONS: tuple[Cause, ...] = ("access", "permission", "history")


def fixes_text(
    missing: Mapping[int, tuple[str, ...] | None],
    refused: Sequence[Refused],
    words: Catalogue,
    digest: int | None = None,
) -> str:
    """List what to change in a server, one line for each channel and cause.

    :param missing: The permissions that the bot lacks by channel id; None for a channel that it does not see.
    :param refused: What Discord refused, the latest first.
    :param digest: The id of the channel of the weekly digest, if there is one.
    """
    lines = ["- " + missing_line(f"<#{id_}>", names, words, of_digest=id_ == digest) for id_, names in missing.items()]
    for entry in refused[:LISTED]:
        if entry.cause in OF_PERMISSIONS and missing.get(entry.channel):
            continue
        when = f"<t:{entry.latest:.0f}:R>"
        line = words(f"fix.{entry.cause}", channel=f"<#{entry.channel}>")
        lines.append(f"- {line} ({words('fix.times', count=entry.count, when=when)})")
    return "\n".join([words("fix.head"), *lines]) if lines else words("fix.nothing")


def missing_line(channel: str, names: tuple[str, ...] | None, words: Catalogue, *, of_digest: bool = False) -> str:
    """Say which permissions to allow in a channel; None for a channel that the bot does not see."""
    if names is None:
        return words("fix.digest_gone" if of_digest else "fix.gone", channel=channel)
    quoted = [words("fix.quoted", name=words(f"permission.{name}")) for name in names]
    return words("fix.missing", channel=channel, permissions=words("fix.between").join(quoted))


def usage_blocks(
    by_day: Mapping[date, Mapping[str, int]], by_kind: Mapping[str, int], days: int, words: Catalogue
) -> list[str]:
    """Write how much was asked, a block for each day and one for the kinds of channels.

    :param by_day: The number of questions by outcome, by day (UTC).
    :param by_kind: The number of questions by kind of channel.
    :param days: How many days the numbers cover.
    """
    blocks = [words("usage.head", days=days, count=sum(by_kind.values()))]
    for day, outcomes in by_day.items():
        blocks.append(words("usage.day", day=day, count=sum(outcomes.values()), outcomes=named_counts(outcomes, words)))
    return [*blocks, f"-# {named_counts(by_kind, words)}"] if by_kind else blocks


def named_counts(counts: Mapping[str, int], words: Catalogue) -> str:
    """List counts with the names of `usage.NAME`, the largest first."""
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return " · ".join(f"{words(f'usage.{name}')} {count}" for name, count in ordered)
