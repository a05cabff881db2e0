"""Describe the rules of a guild, and what a change did to them."""

from collections.abc import Mapping

from bot.cards.escaping import inline_text
from bot.questions.access import asked_reports
from bot.storage.guild_rules import Rules
from index.models import ReportInfo
from index.text.localization import Catalogue

TITLES = 1000  # characters of the titles of the reports that are searched


def describe_rules(
    rules: Rules, published: tuple[ReportInfo, ...], words: Catalogue, model: Mapping[str, str] | None = None
) -> str:
    """Format the rules, one line each.

    :param model: The model that may write above answers and its host, by the names of their placeholders; empty or None
        without one, about which nothing is said then.
    """
    values = rule_values(rules, published, words, model)
    return "\n".join([words("settings.head"), *(words(f"settings.{name}", value=value) for name, value in values.items())])


def describe_change(
    before: Rules,
    after: Rules,
    published: tuple[ReportInfo, ...],
    words: Catalogue,
    model: Mapping[str, str] | None = None,
) -> str:
    """Format each rule that differs, with its value before and after; one sentence if none does.

    :param model: As for `describe_rules`.
    """
    old, new = (rule_values(rules, published, words, model) for rules in (before, after))
    lines = [
        "- " + words(f"settings.{name}", value=words("settings.change", before=old[name], after=new[name]))
        for name in new
        if old[name] != new[name]
    ]
    return "\n".join([words("settings.changed"), *lines]) if lines else words("settings.unchanged")


def rule_values(
    rules: Rules, published: tuple[ReportInfo, ...], words: Catalogue, model: Mapping[str, str] | None = None
) -> dict[str, object]:
    """Format the value of each rule, by its key in the catalogue."""

    def yes_or_no(value: bool | None) -> str:
        return words("settings.default") if value is None else words("settings.yes" if value else "settings.no")

    def mentions(ids: frozenset[int], mark: str, none: str) -> str:
        return " ".join(f"<{mark}{id_}>" for id_ in sorted(ids)) or words(none)

    searched = asked_reports(rules, published)
    titles = inline_text(" / ".join(source.title for source in searched), TITLES) if searched != published else ""
    return {
        "language": rules.language or words("settings.default"),
        "public": yes_or_no(rules.public),
        "short": yes_or_no(rules.short),
        "mentions": yes_or_no(rules.mentions),
        "threads": yes_or_no(rules.threads),
        "own_threads": yes_or_no(rules.own_threads),
        "forum": yes_or_no(rules.forum),
        "only": mentions(rules.only_channels, "#", "settings.all"),
        "blocked": mentions(rules.blocked_channels, "#", "settings.none"),
        "unasked": mentions(rules.unasked_channels, "#", "settings.none"),
        "dedicated": mentions(rules.dedicated_channels, "#", "settings.none"),
        "roles": mentions(rules.roles, "@&", "settings.everybody"),
        "reports": titles or words("settings.all_reports"),
        "member_rate": rules.member_rate or words("settings.unlimited"),
        "channel_rate": rules.channel_rate or words("settings.unlimited"),
        "retention_days": rules.retention_days,
        "digest": f"<#{rules.digest_channel}>" if rules.digest_channel else words("settings.off"),
        **({"writer": words("settings.writer_by", answer=yes_or_no(rules.writer), **model)} if model else {}),
    }
