"""Collect the phrases that the question parser recognizes, with their tags and meanings.

They come from `intents.toml` and from the names in the reports.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from index.models import Session
from index.text import normalization
from index.text.dates import WESTERN_YEAR
from index.text.normalization import GAP, UNSPACED_SCRIPTS, phrase_key

if TYPE_CHECKING:
    from index.lookup.directory import Directory

INTENTS = "intents.toml"
SCRIPTS = re.compile(rf"[{UNSPACED_SCRIPTS}]+|[^\W_{UNSPACED_SCRIPTS}]+")
# A quoted term followed by its translation, as in `「公民空間(Civic Space)」`.
GLOSS = re.compile(r"[「《“\"<]([^「」《》“”()（）]{2,20})[(（]\s*([A-Za-z][^()（）]{2,40})[)）]")
MIN_PART = 2  # characters of a part that can stand for a title
# A part of at least this share of its title names the session even without a word such as `session` beside it.
MAIN_PART = 0.7
Meaning = tuple[str, str, Iterable[str]]  # phrase key, tag, and the names, ids or kinds that the phrase stands for


@cache
def load_intents() -> dict[str, Any]:
    """Load `intents.toml`."""
    return tomllib.loads(resources.files("index.structured_qa").joinpath(INTENTS).read_text("utf-8"))


@cache
def load_joints() -> frozenset[str]:
    """Return the words that a part of a name neither begins nor ends with."""
    return frozenset(phrase_key(word) for word in load_intents()["joints"]["words"])


def report_meanings(directory: Directory, titles: Iterable[str], texts: Iterable[str]) -> Iterator[Meaning]:
    """Yield every phrase that means something in the reports.

    :param titles: titles of the reports.
    :param texts: texts of their passages.
    """
    yield from word_meanings()
    yield from subject_meanings(titles)
    yield from title_meanings(directory.sessions)
    yield from gloss_meanings(directory.sessions, texts)
    for person, _ in directory.people:
        yield phrase_key(person.name), "person", [person.name]
        yield from ((phrase_key(post), "role", [person.name]) for post in (person.role or "").split(",") if post.strip())
        yield from ((name, "org", organisation_bearers(directory, name)) for name in person_meanings(person.org or ""))


def word_meanings() -> Iterator[Meaning]:
    """Yield the question words and the words for kinds of session."""
    for tag, phrases in load_intents()["words"].items():
        yield from ((phrase_key(phrase), tag, ()) for phrase in phrases)
    for kind, phrases in load_intents()["kinds"].items():
        yield from ((phrase_key(phrase), "kind", [kind]) for phrase in (kind, *phrases))


def subject_meanings(titles: Iterable[str]) -> Iterator[Meaning]:
    """Yield the words and years of report titles, which a question may contain without any effect."""
    for title in titles:
        years = WESTERN_YEAR.findall(title)
        names = (*SCRIPTS.findall(title), *years, *(f"{year}年" for year in years))
        yield from ((phrase_key(name), "subject", ()) for name in names if len(name) > 1)


def title_meanings(sessions: Iterable[Session]) -> Iterator[Meaning]:
    """Yield the parts of session titles.

    A part that makes up most of a title gets the tag `title` and names the session on its own; a shorter one, `topic`.
    """
    for session in sessions:
        yield phrase_key(session.kind), "kind", [session.kind]
        for title in filter(None, (session.title, session.agenda_title)):
            pieces = [
                piece for piece in map(phrase_key, re.split(r"[^\w\s]+", title)) if piece and piece not in kind_meanings()
            ]
            full_key = phrase_key(" ".join(pieces))
            yield full_key, "title", [session.id]
            for part in (part for piece in pieces for part in title_parts(piece)):
                yield part, "title" if len(part) >= MAIN_PART * len(full_key) else "topic", [session.id]


@cache
def kind_meanings() -> frozenset[str]:
    """Return every word for a kind of session."""
    return frozenset(phrase for phrase, tag, _ in word_meanings() if tag == "kind")


def title_parts(name: str) -> set[str]:
    """Return the runs of a key's words or ideographs that can stand for the whole key."""
    units = re.findall(rf"[{UNSPACED_SCRIPTS}]|[^\W_{UNSPACED_SCRIPTS}]+", name)
    parts = {name}
    for start, first in enumerate(units):
        for end in range(start + 1, len(units) + 1):
            run = GAP.sub("", " ".join(units[start:end]))
            if len(run) >= MIN_PART and not {first, units[end - 1]} & load_joints():
                parts.add(run)
    return parts


def gloss_meanings(sessions: Iterable[Session], texts: Iterable[str]) -> Iterator[Meaning]:
    """Yield the translations that the reports give of terms in titles, with the sessions of those titles."""
    titles = {session.id: phrase_key(session.title) for session in sessions}
    for term, translation in sorted({gloss for text in texts for gloss in GLOSS.findall(text)}):
        yield phrase_key(translation), "topic", [id_ for id_, title in titles.items() if phrase_key(term) in title]


def person_meanings(org: str) -> set[str]:
    """Return the phrases that stand for an organisation.

    They are its full name, the pieces between commas or parentheses, and its first words.
    """
    full_key = phrase_key(org)
    pieces = (*org.split(","), *re.split("[(（)）]", org))
    beginnings = {run for run in title_parts(full_key) if run.count(" ") and full_key.startswith(f"{run} ")}
    return {name for name in {full_key, *map(phrase_key, pieces), *beginnings} if name}


def organisation_bearers(directory: Directory, name: str) -> list[str]:
    """Return the people whose organisation or role contains a name as whole words."""
    padded_name = f" {normalization.name_key(name)} "
    return [
        person.name
        for person, _ in directory.people
        if any(padded_name in f" {normalization.name_key(text)} " for text in (person.org, person.role) if text)
    ]
