"""Which of the published reports a server asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions.access import asked_reports, changed_choice, restrict_scope
from bot.storage.guild_rules import EVERYWHERE, Rules
from index.models import ReportInfo, Scope

NAMES = ("harbour", "summit", "tower")
PUBLISHED = tuple(ReportInfo(report=name, title=name.title(), sha256="a" * 64) for name in NAMES)
RULES = st.builds(Rules, reports=st.frozensets(st.sampled_from([*NAMES, "gone"])))
TOWER = Rules(reports={"tower", "gone"})


def names(rules):
    return tuple(source.report for source in asked_reports(rules, PUBLISHED))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (EVERYWHERE, NAMES),
        (TOWER, ("tower",)),
        (Rules(reports={"tower", "harbour"}), ("harbour", "tower")),
        (Rules(reports={"gone"}), NAMES),
        (Rules(reports=set(NAMES)), NAMES),
    ],
)
def test_asked_reports_returns_chosen_published_reports_or_all(rules, expected):
    assert names(rules) == expected


def test_asked_reports_nothing_published_returns_empty():
    assert asked_reports(TOWER, ()) == ()


@pytest.mark.parametrize(
    ("before", "report", "wanted", "after"),
    [
        (EVERYWHERE, "tower", True, {"tower"}),
        (EVERYWHERE, "tower", False, {"harbour", "summit"}),
        (TOWER, "harbour", True, {"tower", "harbour", "gone"}),
        (TOWER, "tower", False, set()),
        (Rules(reports={"gone"}), "tower", False, {"harbour", "summit"}),
    ],
)
def test_changed_choice_adds_or_removes_one_report(before, report, wanted, after):
    assert changed_choice(before, PUBLISHED, report, wanted=wanted) == after


@given(RULES, st.sampled_from(NAMES), st.booleans())
def test_changed_choice_report_is_asked_as_wanted_unless_none_remains(rules, report, wanted):
    changed = Rules(reports=changed_choice(rules, PUBLISHED, report, wanted=wanted))
    assert (report in names(changed)) is wanted or names(changed) == NAMES


@pytest.mark.parametrize(
    ("scope", "kept"),
    [
        (None, Scope(reports=("tower",))),
        (Scope(), Scope(reports=("tower",))),
        (Scope(day="2030-05-06"), Scope(day="2030-05-06", reports=("tower",))),
        (Scope(speaker="Ann Poe"), Scope(speaker="Ann Poe", reports=("tower",))),
        (Scope(session="s01"), Scope(session="s01")),
        (Scope(reports=("summit",)), Scope(reports=("summit",))),
    ],
)
def test_restrict_scope_without_report_or_session_adds_chosen_reports(scope, kept):
    assert restrict_scope(scope, TOWER, PUBLISHED) == kept


@given(st.sampled_from([None, Scope(), Scope(day="2030-05-06"), Scope(session="s01")]))
def test_restrict_scope_all_reports_asked_returns_scope_unchanged(scope):
    for rules in (EVERYWHERE, Rules(reports={"gone"}), Rules(reports=set(NAMES))):
        assert restrict_scope(scope, rules, PUBLISHED) is scope
