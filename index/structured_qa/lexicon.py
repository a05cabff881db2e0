"""The phrases that questions are understood by: words in `intents.toml`, and names that the reports themselves hold."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from index.answering.question_constraints import YEAR
from index.models import Session
from index.text import normalization
from index.text.normalization import GAP, UNSPACED_SCRIPTS, phrase_key

if TYPE_CHECKING:
    from index.lookup.directory import Directory

INTENTS = "intents.toml"
SCRIPTS = re.compile(rf"[{UNSPACED_SCRIPTS}]+|[^\W_{UNSPACED_SCRIPTS}]+")
# A quoted term with its translation after it, as in `「公民空間(Civic Space)」`.
GLOSS = re.compile(r"[「《“\"<]([^「」《》“”()（）]{2,20})[(（]\s*([A-Za-z][^()（）]{2,40})[)）]")
# The least that can stand for a title, in characters; and the share of a title that needs no word such as `session` by it.
LEAST, MOST_OF = 2, 0.7
Meaning = tuple[str, str, Iterable[str]]  # a phrase's key, a tag, and what it stands for


@cache
def load_intents() -> dict[str, Any]:
    return tomllib.loads(resources.files("index.structured_qa").joinpath(INTENTS).read_text("utf-8"))


@cache
def load_joints() -> frozenset[str]:
    """Words that a name shortened to a part of it neither begins nor ends with."""
    return frozenset(phrase_key(word) for word in load_intents()["joints"]["words"])


def report_meanings(directory: Directory, titles: Iterable[str], texts: Iterable[str]) -> Iterator[Meaning]:
    """Every phrase and what it means; `titles` are the reports', `texts` their passages."""
    yield from word_meanings()
    yield from subject_meanings(titles)
    yield from title_meanings(directory.sessions)
    yield from gloss_meanings(directory.sessions, texts)
    for person, _ in directory.people:
        yield phrase_key(person.name), "person", [person.name]
        yield from ((phrase_key(post), "role", [person.name]) for post in (person.role or "").split(",") if post.strip())
        yield from ((name, "org", organisation_bearers(directory, name)) for name in person_meanings(person.org or ""))


def word_meanings() -> Iterator[Meaning]:
    """The words of questions, and the kinds of sessions."""
    for tag, phrases in load_intents()["words"].items():
        yield from ((phrase_key(phrase), tag, ()) for phrase in phrases)
    for kind, phrases in load_intents()["kinds"].items():
        yield from ((phrase_key(phrase), "kind", [kind]) for phrase in (kind, *phrases))


def subject_meanings(titles: Iterable[str]) -> Iterator[Meaning]:
    """What the reports are about, which a question may name without meaning anything by it."""
    for title in titles:
        years = YEAR.findall(title)
        names = (*SCRIPTS.findall(title), *years, *(f"{year}年" for year in years))
        yield from ((phrase_key(name), "subject", ()) for name in names if len(name) > 1)


def title_meanings(sessions: Iterable[Session]) -> Iterator[Meaning]:
    """Parts of sessions' titles; one that is most of a title names the session without further words."""
    for session in sessions:
        yield phrase_key(session.kind), "kind", [session.kind]
        for title in filter(None, (session.title, session.agenda_title)):
            pieces = [
                piece for piece in map(phrase_key, re.split(r"[^\w\s]+", title)) if piece and piece not in kind_meanings()
            ]
            whole = phrase_key(" ".join(pieces))
            yield whole, "title", [session.id]
            for part in (part for piece in pieces for part in title_parts(piece)):
                yield part, "title" if len(part) >= MOST_OF * len(whole) else "topic", [session.id]


@cache
def kind_meanings() -> frozenset[str]:
    """Every word for a kind of session."""
    return frozenset(phrase for phrase, tag, _ in word_meanings() if tag == "kind")


def title_parts(name: str) -> set[str]:
    """The runs of a key's words, or ideographs, that can stand for all of it."""
    units = re.findall(rf"[{UNSPACED_SCRIPTS}]|[^\W_{UNSPACED_SCRIPTS}]+", name)
    found = {name}
    for start, first in enumerate(units):
        for end in range(start + 1, len(units) + 1):
            run = GAP.sub("", " ".join(units[start:end]))
            if len(run) >= LEAST and not {first, units[end - 1]} & load_joints():
                found.add(run)
    return found


def gloss_meanings(sessions: Iterable[Session], texts: Iterable[str]) -> Iterator[Meaning]:
    """The translations that the reports give of terms which stand in titles."""
    titles = {session.id: phrase_key(session.title) for session in sessions}
    for term, translation in sorted({found for text in texts for found in GLOSS.findall(text)}):
        yield phrase_key(translation), "topic", [name for name, title in titles.items() if phrase_key(term) in title]


def person_meanings(org: str) -> set[str]:
    """An organisation's name, its pieces between commas, and its first words, where people leave the rest away."""
    whole = phrase_key(org)
    pieces = (*org.split(","), *re.split("[(（)）]", org))
    beginnings = {run for run in title_parts(whole) if run.count(" ") and whole.startswith(f"{run} ")}
    return {name for name in {whole, *map(phrase_key, pieces), *beginnings} if name}


def organisation_bearers(directory: Directory, name: str) -> list[str]:
    """Everybody whose organisation or role contains a name as whole words."""
    wanted = f" {normalization.name_key(name)} "
    return [
        person.name
        for person, _ in directory.people
        if any(wanted in f" {normalization.name_key(text)} " for text in (person.org, person.role) if text)
    ]
