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
    from index.structured_qa.question_parser import QuestionSpan
    from index.structured_qa.structured_answerer import StructuredAnswerer

# A question that names nothing of the reports and is no longer than this is taken to go on from the one before.
SHORT = 12  # ideographs, or three letters each
NAMES = frozenset({"person", "org", "role", "country", "title", "kind", "date"})


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One way to understand a question: complete in itself, and the scope that it is put to, if any."""

    question: str
    scope: Scope | None = None


def is_follow_up(question: str, guide: StructuredAnswerer) -> bool:
    """Whether a question cannot be understood alone: it points back, goes on, or is short and names nothing."""
    if any(find_anaphora(kind, question) for kind in ("person", "session", "thing")) or compile_opening().match(question):
        return True
    return count_content(question) <= SHORT and not find_names(question, guide)


def rewrite_candidates(question: str, before: Answer, guide: StructuredAnswerer) -> tuple[Rewrite, ...]:
    """Ways to understand a question that leans on an answer, likeliest first; at least one.

    Where it points to somebody and it is clear to whom, that is the only way.
    """
    named = find_names(question, guide)
    found: list[Rewrite] = []
    match = find_anaphora("person", question)
    names = cited_people(before, guide) if match else []
    if match and names:
        return (Rewrite(replace_anaphora(question, match, names[0])),)
    match = find_anaphora("session", question) or find_anaphora("thing", question)
    if match or not named:
        for session in cited_sessions(before, guide)[:1]:
            within = replace_anaphora(question, match, "") if match else question
            found.append(Rewrite(within, Scope(session=session.id)))
            found += [Rewrite(replace_anaphora(question, match, session.title))] if match else []
    if named and (swapped := swap_names(before.question, named, guide)):
        found.append(Rewrite(swapped))
    return (*found, Rewrite(f"{strip_question_words(before.question)} {strip_opening(question)}".strip()))


def find_names(question: str, guide: StructuredAnswerer) -> list[QuestionSpan]:
    """The names of what the reports hold that a question uses."""
    pieces, _ = guide.phrasebook.read(question)
    return [piece for piece in pieces if piece.tag in NAMES]


def count_content(text: str) -> float:
    """How much a text says, in ideographs; three letters count as one."""
    ideographs = len(CJK.findall(text))
    return ideographs + sum(character.isalnum() for character in text if not CJK.match(character)) / 3


def strip_question_words(question: str) -> str:
    """What a question is about: the question without the words that ask."""
    return " ".join(compile_alternatives("asking").sub(" ", question).strip(" ?？!！。.,，").split())


def strip_opening(question: str) -> str:
    """A question without the words by which it goes on from another."""
    return compile_opening().sub("", question, count=1).strip(" ,，") or question


def swap_names(earlier: str, named: Sequence[QuestionSpan], guide: StructuredAnswerer) -> str | None:
    """The earlier question with the new name in the place of the one of its kind; None if it has none to replace."""
    pieces, _ = guide.phrasebook.read(earlier)
    for new in named:
        for old in (piece for piece in pieces if piece.tag == new.tag and piece.means != new.means):
            at = re.search(re.escape(old.text), earlier, re.IGNORECASE)
            if at:
                return earlier[: at.start()] + new.text + earlier[at.end() :]
    return None


def cited_people(answer: Answer, guide: StructuredAnswerer) -> list[str]:
    """Whom a question and its answer are about: named in the question, in the quotations, or speaking them."""
    asked, _ = guide.phrasebook.read(answer.question)
    names = [name for piece in asked if piece.tag == "person" and len(piece.means) == 1 for name in piece.means]
    quoted = " ".join(citation.quote for citation in answer.citations)
    placed = sorted((quoted.find(person.name), person.name) for person, _ in guide.directory.people)
    speakers = [citation.speaker for citation in answer.citations if citation.speaker]
    return list(dict.fromkeys([*names, *(name for at, name in placed if at >= 0), *speakers]))


def cited_sessions(answer: Answer, guide: StructuredAnswerer) -> list[Session]:
    """The sessions that a question and its answer are about: its scope, those it names, that of the first quotation."""
    asked, _ = guide.phrasebook.read(answer.question)
    ids = [answer.scope.session] if answer.scope and answer.scope.session else []
    ids += [id_ for piece in asked if piece.tag == "title" and len(piece.means) == 1 for id_ in piece.means]
    found = [guide.directory.session(id_) for id_ in ids]
    paths = [citation.section for citation in answer.citations[:1]]
    found += [innermost for path in paths if (innermost := find_holding_sections(path, guide.directory.sessions))]
    return list(dict.fromkeys(session for session in found if session))


def find_holding_sections(path: Sequence[str], sessions: Iterable[Session]) -> Session | None:
    """The innermost session in whose section a path lies."""
    around = [session for session in sessions if tuple(path[: len(session.section)]) == session.section]
    return max(around, key=lambda session: len(session.section), default=None)


def find_anaphora(kind: str, question: str) -> re.Match[str] | None:
    """The first word of a kind by which a question points back."""
    return compile_alternatives(kind).search(question)


def replace_anaphora(question: str, match: re.Match[str], name: str) -> str:
    """A question with a name in the place of the word that points to it."""
    possessive = "'s" if match[0].casefold() in ("his", "her", "their") else ""
    space = " " if name.isascii() else ""
    text = f"{question[: match.start()]}{space}{name}{possessive}{space}{question[match.end() :]}"
    return " ".join(text.split())


@cache
def compile_alternatives(kind: str) -> re.Pattern[str]:
    """The words of a kind, longest first; those in letters as whole words."""
    return re.compile("|".join(escape_phrase(kind)), re.IGNORECASE)


@cache
def compile_opening() -> re.Pattern[str]:
    return re.compile(rf"(?:(?<!\s)\s+)?(?:{'|'.join(escape_phrase('opening'))})[\s,，]*", re.IGNORECASE)


def escape_phrase(kind: str) -> Iterator[str]:
    table = tomllib.loads((files("index.answering") / "anaphora.toml").read_text("utf-8"))
    for word in sorted(table[kind], key=len, reverse=True):
        yield rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)
