"""Write what a server's managers see in `/status`: what to mend and how much is asked. Pure functions."""

from collections.abc import Mapping, Sequence

from bot.monitoring.refusal_log import Refused
from bot.refusals import Cause
from index.text.localization import Catalogue

LISTED = 10  # refusals
# Where the missing permissions of a channel are known, these say nothing more.
OF_PERMISSIONS: tuple[Cause, ...] = ("access", "permission", "history")


def mending_text(
    missing: Mapping[int, tuple[str, ...] | None], refused: Sequence[Refused], words: Catalogue, mark: str = "<#{}>"
) -> str:
    """List what to change in a server, one line for each channel and cause.

    :param missing: The permissions that the bot lacks by channel id; None for a channel that it does not see.
    :param refused: What Discord refused, the latest first.
    :param mark: How a channel is written; the braces stand for its id.
    """
    lines = [f"- {missing_line(mark.format(id_), names, words)}" for id_, names in missing.items()]
    for entry in refused[:LISTED]:
        if entry.cause in OF_PERMISSIONS and missing.get(entry.channel):
            continue
        when = f"<t:{entry.latest:.0f}:R>"
        line = words(f"mend.{entry.cause}", channel=mark.format(entry.channel))
        lines.append(f"- {line} ({words('mend.times', count=entry.count, when=when)})")
    return "\n".join([words("mend.head"), *lines]) if lines else words("mend.nothing")


def missing_line(channel: str, names: tuple[str, ...] | None, words: Catalogue) -> str:
    """Say which permissions to allow in a channel; None for a channel that the bot does not see."""
    if names is None:
        return words("mend.gone", channel=channel)
    quoted = [words("mend.quoted", name=words(f"permission.{name}")) for name in names]
    return words("mend.missing", channel=channel, permissions=words("mend.between").join(quoted))
