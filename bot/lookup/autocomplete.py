"""Suggest autocomplete choices for typed text, from memory: at most 25 choices of at most 100 characters."""

from collections.abc import Iterable

from discord.app_commands import Choice

from bot.cards.escaping import NOTHING, one_line
from bot.cards.locations import section_text
from bot.engine import Engine
from index.models import ReportInfo, SectionPath
from index.text.localization import Language
from index.text.normalization import fold_without_whitespace

CHOICES, CHARACTERS = 25, 100


def make_choices(pairs: Iterable[tuple[str, str]]) -> list[Choice[str]]:
    """Build choices from pairs of name and value, cut to Discord's limits."""
    return [Choice(name=one_line(name, CHARACTERS) or NOTHING, value=value[:CHARACTERS]) for name, value in pairs][:CHOICES]


def suggest_questions(engine: Engine, typed: str, language: Language) -> list[Choice[str]]:
    """Suggest questions that contain the text and that the reports answer."""
    return make_choices((question, question) for question in engine.complete_question(typed, language, CHOICES))


def suggest_sessions(engine: Engine, typed: str) -> list[Choice[str]]:
    return make_choices((session.title, session.id) for session in engine.directory.suggest_sessions(typed, CHOICES))


def suggest_people(engine: Engine, typed: str) -> list[Choice[str]]:
    return make_choices((person.name, person.name) for person, _ in engine.directory.suggest_people(typed, CHOICES))


def suggest_organisations(engine: Engine, typed: str) -> list[Choice[str]]:
    return make_choices((name, name) for name in engine.directory.organisations(typed, CHOICES))


def suggest_days(engine: Engine, typed: str) -> list[Choice[str]]:
    """Suggest the days that the text names, else those whose date contains it, else all days."""
    named = list(dict.fromkeys(session.date for session in engine.directory.on_day(typed) if session.date))
    containing = [day for day in engine.directory.days if typed.strip() in day]
    return make_choices((day, day) for day in named or containing or engine.directory.days)


def suggest_sections(engine: Engine, typed: str) -> list[Choice[str]]:
    """Suggest the sections whose titles contain the text, outermost first; all in report order for empty text."""
    query = fold_without_whitespace(typed)
    paths = [path for path in engine.sections if query in fold_without_whitespace(path[-1])]
    if query:
        paths.sort(key=len)
    return make_choices((shorten_left(path), path[-1]) for path in paths)


def suggest_reports(sources: Iterable[ReportInfo], typed: str) -> list[Choice[str]]:
    """Suggest the reports whose titles contain the text; all for empty text."""
    query = fold_without_whitespace(typed)
    return make_choices(
        (source.title, source.report) for source in sources if query in fold_without_whitespace(source.title)
    )


def shorten_left(path: SectionPath) -> str:
    """Drop outer sections until the path fits into a choice; keep the innermost."""
    while len(path) > 1 and len(section_text(path)) > CHARACTERS:
        path = path[1:]
    return section_text(path)
