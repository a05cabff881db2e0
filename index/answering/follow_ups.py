"""Detect follow-up questions, and rewrite them to complete questions with the context of the answer before."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from index.models import Scope
from index.reports.sessions import innermost_session
from index.text.localization import CJK
from index.text.normalization import fold_text

if TYPE_CHECKING:
    from index.models import Answer, Session
    from index.structured_qa.question_parser import QuestionSpan
    from index.structured_qa.structured_answerer import StructuredAnswerer

# A question without a name from the reports that is at most this long counts as a follow-up.
SHORT = 12  # ideographs, where three letters count as one
FRAGMENT = 6  # the same, of a question that is incomplete
ACTING = frozenset({"person", "org", "country"})  # names of those who speak, chair or belong somewhere
NAMES = frozenset({"person", "org", "role", "country", "title", "kind", "date"})


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A candidate rewrite of a follow-up: a complete question, and the scope to answer it in; None for the whole."""

    question: str
    scope: Scope | None = None


def is_follow_up(question: str, guide: StructuredAnswerer) -> bool:
    """Return whether a question depends on the one before.

    It does if it contains an anaphor or a continuing opening, or if it is short and names nothing from the reports.
    """
    return points_back(question) or (count_content(question) <= SHORT and not find_names(question, guide))


def is_fragment(question: str) -> bool:
    """Return whether a question of a message is incomplete without the one before, such as `and when?`."""
    return points_back(question) or count_content(question) <= FRAGMENT


def points_back(question: str) -> bool:
    """Return whether a question contains an anaphor or a continuing opening."""
    if any(find_anaphora(kind, question) for kind in ("person", "session", "thing")):
        return True
    return compile_opening().match(question) is not None


def rewrite_candidates(question: str, before: Answer, guide: StructuredAnswerer) -> tuple[Rewrite, ...]:
    """Return rewrites of a follow-up question, likeliest first; at least one.

    An anaphor for a person is resolved to one rewrite if the answer before cites somebody.

    :param before: the answer that the question follows.
    """
    question_names = find_names(question, guide)
    candidates: list[Rewrite] = []
    match = find_anaphora("person", question)
    names = cited_people(before, guide) if match else []
    if match and names:
        return (Rewrite(replace_anaphora(question, match, names[0])),)
    match = find_anaphora("session", question) or find_anaphora("thing", question)
    if match or not question_names:
        for session in cited_sessions(before, guide)[:1]:
            scoped = replace_anaphora(question, match, "") if match else question
            candidates.append(Rewrite(scoped, Scope(session=session.id)))
            candidates += [Rewrite(replace_anaphora(question, match, session.title))] if match else []
    if question_names and (swapped := swap_names(before.question, question, question_names, guide)):
        candidates.append(Rewrite(swapped))
    return (*candidates, Rewrite(f"{strip_question_words(before.question)} {strip_opening(question)}".strip()))


def find_names(question: str, guide: StructuredAnswerer) -> list[QuestionSpan]:
    """Return the spans of a question that name something in the reports."""
    pieces, _ = guide.phrasebook.read(question)
    return [piece for piece in pieces if piece.tag in NAMES]


def count_content(text: str) -> float:
    """Return the length of a text in ideographs; three letters or digits count as one."""
    ideographs = len(CJK.findall(text))
    return ideographs + sum(character.isalnum() for character in text if not CJK.match(character)) / 3


def strip_question_words(question: str) -> str:
    """Return the topic of a question: the question without its interrogative words."""
    return " ".join(compile_alternatives("asking").sub(" ", question).strip(" ?？!！。.,，").split())


def strip_opening(question: str) -> str:
    """Return a question without its continuing opening, such as `and what about`."""
    return compile_opening().sub("", question, count=1).strip(" ,，") or question


def swap_names(earlier: str, question: str, named: Sequence[QuestionSpan], guide: StructuredAnswerer) -> str | None:
    """Return the earlier question with one of its names replaced by a new one of the same kind, or else of another actor.

    :param named: the names of the new question.
    :return: None if the earlier question has no name to replace.
    """
    pieces, _ = guide.phrasebook.read(earlier)
    for new in named:
        alike = [piece for piece in pieces if piece.tag == new.tag]
        acting = [piece for piece in pieces if {piece.tag, new.tag} <= ACTING]
        for old in (piece for piece in alike or acting if piece.means != new.means):
            place, replacement = find_phrase(old.text, earlier), find_phrase(new.text, question)
            if place:
                name = question[replacement[0] : replacement[1]] if replacement else new.text
                return earlier[: place[0]] + name + earlier[place[1] :]
    return None


def find_phrase(phrase: str, text: str) -> tuple[int, int] | None:
    """Return the offsets of the folded phrase of a span in a text, or None."""
    folded = fold_text(text)
    # A few characters fold to several.
    at = (folded if len(folded) == len(text) else text.lower()).find(phrase)
    return (at, at + len(phrase)) if at >= 0 else None


def cited_people(answer: Answer, guide: StructuredAnswerer) -> list[str]:
    """Return the people of a question and its answer: named in the question, in the quotations, or as speakers."""
    pieces, _ = guide.phrasebook.read(answer.question)
    question_names = [name for piece in pieces if piece.tag == "person" and len(piece.means) == 1 for name in piece.means]
    quoted = " ".join(citation.quote for citation in answer.citations)
    mentions = sorted((quoted.find(person.name), person.name) for person, _ in guide.directory.people)
    speakers = [citation.speaker for citation in answer.citations if citation.speaker]
    return list(dict.fromkeys([*question_names, *(name for position, name in mentions if position >= 0), *speakers]))


def cited_sessions(answer: Answer, guide: StructuredAnswerer) -> list[Session]:
    """Return the sessions of a question and its answer: its scope, those it names, that of the first quotation."""
    pieces, _ = guide.phrasebook.read(answer.question)
    ids = [answer.scope.session] if answer.scope and answer.scope.session else []
    ids += [id_ for piece in pieces if piece.tag == "title" and len(piece.means) == 1 for id_ in piece.means]
    sessions = [guide.directory.session(id_) for id_ in ids]
    paths = [citation.section for citation in answer.citations[:1]]
    sessions += [innermost for path in paths if (innermost := innermost_session(guide.directory.sessions, path))]
    return list(dict.fromkeys(session for session in sessions if session))


def find_anaphora(kind: str, question: str) -> re.Match[str] | None:
    """Return the first anaphor of a kind in a question, or None.

    :param kind: a table key of `anaphora.toml`.
    """
    return compile_alternatives(kind).search(question)


def replace_anaphora(question: str, match: re.Match[str], name: str) -> str:
    """Return a question with a name in place of an anaphor."""
    possessive = "'s" if match[0].casefold() in ("his", "her", "their") else ""
    space = " " if name.isascii() else ""
    text = f"{question[: match.start()]}{space}{name}{possessive}{space}{question[match.end() :]}"
    return " ".join(text.split())


@cache
def compile_alternatives(kind: str) -> re.Pattern[str]:
    """Return the pattern of the phrases of a kind, longest first."""
    return re.compile("|".join(escape_phrase(kind)), re.IGNORECASE)


@cache
def compile_opening() -> re.Pattern[str]:
    """Return the pattern of a continuing opening."""
    return re.compile(rf"(?:(?<!\s)\s+)?(?:{'|'.join(escape_phrase('opening'))})[\s,，]*", re.IGNORECASE)


def escape_phrase(kind: str) -> Iterator[str]:
    """Yield the regular expression of each phrase of a kind, longest first; ASCII phrases match whole words."""
    table = tomllib.loads((files("index.answering") / "anaphora.toml").read_text("utf-8"))
    for word in sorted(table[kind], key=len, reverse=True):
        yield rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)
