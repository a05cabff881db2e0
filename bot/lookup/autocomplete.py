"""What autocomplete offers for the words typed so far, from memory: at most 25 choices of at most 100 characters."""

from collections.abc import Iterable

from discord.app_commands import Choice

from bot.cards.escaping import NOTHING, one_line
from bot.cards.locations import section_text
from bot.engine import Engine
from index.models import ReportInfo, SectionPath
from index.text.normalization import fold_without_whitespace

CHOICES, CHARACTERS = 25, 100


def make_choices(pairs: Iterable[tuple[str, str]]) -> list[Choice[str]]:
    """Choices of name and value; what is longer than Discord takes is cut."""
    return [Choice(name=one_line(name, CHARACTERS) or NOTHING, value=value[:CHARACTERS]) for name, value in pairs][:CHOICES]


def suggest_sessions(engine: Engine, typed: str) -> list[Choice[str]]:
    return make_choices((session.title, session.id) for session in engine.directory.suggest_sessions(typed, CHOICES))


def suggest_people(engine: Engine, typed: str) -> list[Choice[str]]:
    return make_choices((person.name, person.name) for person, _ in engine.directory.suggest_people(typed, CHOICES))


def suggest_organisations(engine: Engine, typed: str) -> list[Choice[str]]:
    return make_choices((name, name) for name in engine.directory.organisations(typed, CHOICES))


def suggest_days(engine: Engine, typed: str) -> list[Choice[str]]:
    """The days that what was typed names, or that hold it; all of them if it names none."""
    named = list(dict.fromkeys(session.date for session in engine.directory.on_day(typed) if session.date))
    holding = [day for day in engine.directory.days if typed.strip() in day]
    return make_choices((day, day) for day in named or holding or engine.directory.days)


def suggest_sections(engine: Engine, typed: str) -> list[Choice[str]]:
    """The sections whose titles hold what was typed, outermost first; all in order for nothing."""
    wanted = fold_without_whitespace(typed)
    held = [path for path in engine.sections if wanted in fold_without_whitespace(path[-1])]
    found = sorted(held, key=len) if wanted else held
    return make_choices((shorten_left(path), path[-1]) for path in found)


def suggest_reports(sources: Iterable[ReportInfo], typed: str) -> list[Choice[str]]:
    """Those of some reports whose titles hold what was typed; all for nothing."""
    wanted = fold_without_whitespace(typed)
    return make_choices(
        (source.title, source.report) for source in sources if wanted in fold_without_whitespace(source.title)
    )


def shorten_left(path: SectionPath) -> str:
    """A path that is too long loses its outermost sections, not the one that it is about."""
    while len(path) > 1 and len(section_text(path)) > CHARACTERS:
        path = path[1:]
    return section_text(path)
