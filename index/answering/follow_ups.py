"""What a question leans on: a question that follows an answer, made complete with what that answer was about."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from index.models import Scope
from index.text.localization import CJK

if TYPE_CHECKING:
    from index.models import Answer, Session
    from index.structured_qa.question_parser import Piece
    from index.structured_qa.structured_answerer import Guide

# A question that names nothing of the reports and is no longer than this is taken to go on from the one before.
SHORT = 12  # ideographs, or three letters each
NAMES = frozenset({"person", "org", "role", "country", "title", "kind", "date"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question: complete in itself, and the scope that it is put to, if any."""

    question: str
    scope: Scope | None = None


def leans(question: str, guide: Guide) -> bool:
    """Whether a question cannot be understood alone: it points back, goes on, or is short and names nothing."""
    if any(leaning(kind, question) for kind in ("person", "session", "thing")) or opening().match(question):
        return True
    return length(question) <= SHORT and not names_in(question, guide)


def readings(question: str, before: Answer, guide: Guide) -> tuple[Reading, ...]:
    """Ways to understand a question that leans on an answer, likeliest first; at least one.

    Where it points to somebody and it is clear to whom, that is the only way.
    """
    named = names_in(question, guide)
    found: list[Reading] = []
    match = leaning("person", question)
    names = people_of(before, guide) if match else []
    if match and names:
        return (Reading(replaced(question, match, names[0])),)
    match = leaning("session", question) or leaning("thing", question)
    if match or not named:
        for session in sessions_of(before, guide)[:1]:
            within = replaced(question, match, "") if match else question
            found.append(Reading(within, Scope(session=session.id)))
            found += [Reading(replaced(question, match, session.title))] if match else []
    if named and (swapped := swap(before.question, named, guide)):
        found.append(Reading(swapped))
    return (*found, Reading(f"{about(before.question)} {opened(question)}".strip()))


def names_in(question: str, guide: Guide) -> list[Piece]:
    """The names of what the reports hold that a question uses."""
    pieces, _ = guide.phrasebook.read(question)
    return [piece for piece in pieces if piece.tag in NAMES]


def length(text: str) -> float:
    """How much a text says, in ideographs; three letters count as one."""
    ideographs = len(CJK.findall(text))
    return ideographs + sum(character.isalnum() for character in text if not CJK.match(character)) / 3


def about(question: str) -> str:
    """What a question is about: the question without the words that ask."""
    return " ".join(pattern("asking").sub(" ", question).strip(" ?？!！。.,，").split())


def opened(question: str) -> str:
    """A question without the words by which it goes on from another."""
    return opening().sub("", question, count=1).strip(" ,，") or question


def swap(earlier: str, named: Sequence[Piece], guide: Guide) -> str | None:
    """The earlier question with the new name in the place of the one of its kind; None if it has none to replace."""
    pieces, _ = guide.phrasebook.read(earlier)
    for new in named:
        for old in (piece for piece in pieces if piece.tag == new.tag and piece.means != new.means):
            at = re.search(re.escape(old.text), earlier, re.IGNORECASE)
            if at:
                return earlier[: at.start()] + new.text + earlier[at.end() :]
    return None


def people_of(answer: Answer, guide: Guide) -> list[str]:
    """Whom a question and its answer are about: named in the question, in the quotations, or speaking them."""
    asked, _ = guide.phrasebook.read(answer.question)
    names = [name for piece in asked if piece.tag == "person" and len(piece.means) == 1 for name in piece.means]
    quoted = " ".join(citation.quote for citation in answer.citations)
    placed = sorted((quoted.find(person.name), person.name) for person, _ in guide.directory.people)
    speakers = [citation.speaker for citation in answer.citations if citation.speaker]
    return list(dict.fromkeys([*names, *(name for at, name in placed if at >= 0), *speakers]))


def sessions_of(answer: Answer, guide: Guide) -> list[Session]:
    """The sessions that a question and its answer are about: its scope, those it names, that of the first quotation."""
    asked, _ = guide.phrasebook.read(answer.question)
    ids = [answer.scope.session] if answer.scope and answer.scope.session else []
    ids += [id_ for piece in asked if piece.tag == "title" and len(piece.means) == 1 for id_ in piece.means]
    found = [guide.directory.session(id_) for id_ in ids]
    paths = [citation.section for citation in answer.citations[:1]]
    found += [innermost for path in paths if (innermost := holding(path, guide.directory.sessions))]
    return list(dict.fromkeys(session for session in found if session))


def holding(path: Sequence[str], sessions: Iterable[Session]) -> Session | None:
    """The innermost session in whose section a path lies."""
    around = [session for session in sessions if tuple(path[: len(session.section)]) == session.section]
    return max(around, key=lambda session: len(session.section), default=None)


def leaning(kind: str, question: str) -> re.Match[str] | None:
    """The first word of a kind by which a question points back."""
    return pattern(kind).search(question)


def replaced(question: str, match: re.Match[str], name: str) -> str:
    """A question with a name in the place of the word that points to it."""
    possessive = "'s" if match[0].casefold() in ("his", "her", "their") else ""
    space = " " if name.isascii() else ""
    text = f"{question[: match.start()]}{space}{name}{possessive}{space}{question[match.end() :]}"
    return " ".join(text.split())


@cache
def pattern(kind: str) -> re.Pattern[str]:
    """The words of a kind, longest first; those in letters as whole words."""
    return re.compile("|".join(spelt(kind)), re.IGNORECASE)


@cache
def opening() -> re.Pattern[str]:
    return re.compile(rf"(?:(?<!\s)\s+)?(?:{'|'.join(spelt('opening'))})[\s,，]*", re.IGNORECASE)


def spelt(kind: str) -> Iterator[str]:
    table = tomllib.loads((files("index.answering") / "anaphora.toml").read_text("utf-8"))
    for word in sorted(table[kind], key=len, reverse=True):
        yield rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)
