"""Which of the published reports a server asks. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from bot.storage.guild_rules import Rules
from index.models import ReportInfo, Scope


def asked(rules: Rules, published: Iterable[ReportInfo]) -> tuple[ReportInfo, ...]:
    """The reports that a server chose, as far as they are published; all where that leaves none."""
    every = tuple(published)
    return tuple(source for source in every if source.report in rules.reports) or every


def chosen(rules: Rules, published: Iterable[ReportInfo], report: str, *, wanted: bool) -> frozenset[str]:
    """A server's choice with one report more or less: the first that is wanted is wanted alone."""
    if wanted:
        return rules.reports | {report}
    return frozenset(source.report for source in asked(rules, published)) - {report}


def kept_to(scope: Scope | None, rules: Rules, published: Iterable[ReportInfo]) -> Scope | None:
    """A scope within a server's reports; one that names a report, or a session of one, says itself which is asked."""
    every = tuple(published)
    here = asked(rules, every)
    if here == every or (scope and (scope.session or scope.reports)):
        return scope
    return replace(scope or Scope(), reports=tuple(source.report for source in here))
