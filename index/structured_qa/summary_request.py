"""Read questions about a whole: what a report, session or speech says in short, when an event was, who wrote a report."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

from index.lookup.directory import Directory
from index.models import SectionPath, Sentence, Session
from index.reports.sessions import innermost_session
from index.structured_qa.parsed_question import SESSIONS, ParsedQuestion
from index.structured_qa.question_parser import QuestionSpan, collect_phrases
from index.structured_qa.request_classifier import Request
from index.text.localization import CJK
from index.text.normalization import fold_text, name_key, phrase_key

SUMMARIES = "summaries.toml"
Kind = Literal["overview", "advice", "findings", "session", "speech", "dates", "meta", "place"]
ASKING = frozenset({"gist", "said", "advice", "findings", "dates", "meta"})
# Requests for a report, or its event, as a whole; those that name a part of it ask for something else.
WHOLE: Mapping[Request, Kind] = {
    "overview": "overview",
    "advice": "advice",
    "findings": "findings",
    "dates": "dates",
    "meta": "meta",
}
PARTS = frozenset({"person", "kind", "title", "date"})
# Words beside those that ask for a summary, which say nothing else.
BESIDE = frozenset({"what", "list", "all", "session", "meeting", "speak", "happen"})


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """What to sum up.

    :param sessions: the sessions of a summary of kind "session", or that of "place".
    :param person: the name of who spoke, as printed, for kind "speech".
    :param section: the section, for kinds "session" and "place", where there is no session.

    Kind "dates" asks for the days of the whole event, "meta" for who published a report, how long it is and the like, and
    "place" for the session or section where something stands.
    """

    kind: Kind
    sessions: tuple[Session, ...] = ()
    person: str = ""
    section: SectionPath = ()


@cache
def load_summaries() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Load `summaries.toml`."""
    return tomllib.loads(resources.files("index.structured_qa").joinpath(SUMMARIES).read_text("utf-8"))


@cache
def asking_phrases() -> dict[str, Sequence[QuestionSpan]]:
    """Return the spans of the phrases that ask for a summary."""
    asks = load_summaries()["asks"]
    return collect_phrases((phrase_key(phrase), tag, ()) for tag, phrases in asks.items() for phrase in phrases)


@cache
def heading_pattern(kind: str) -> re.Pattern[str]:
    """Return the pattern of keys of headings of a kind of section.

    After a word in ideographs only a short ending may stand, or `and` with more: `建議事項` and `建議與展望` are advice, but
    `建議書格式`, the form of a proposal, is not.
    """
    words = [name_key(word) for word in load_summaries()["headings"][kind]]
    ideographic, spaced = ("|".join(filter(is_kind, words)) for is_kind in (CJK.match, str.isascii))
    return re.compile(rf"(?:{ideographic})(?![书函表])(?:.{{0,2}}$|[与及和暨とや ])|\b(?:{spaced})\b")


@lru_cache(1024)  # a report has many sentences below each heading
def is_heading_of(kind: str, heading: str) -> bool:
    """Return whether a heading names a kind of section, such as `二、建議` or `5. Recommendations and next steps`."""
    return heading_pattern(kind).search(name_key(heading)) is not None


def read_summary_request(question: ParsedQuestion) -> SummaryRequest | None:
    """Return what a question asks to sum up, or None if it asks anything else.

    :param question: read with `asking_phrases`, and fully explained.
    """
    asked = question.tags & ASKING
    if is_title_alone(question):
        return SummaryRequest("session", question.chosen)
    if not asked or question.words - ASKING - BESIDE:
        return None
    if question.person and question.names == {"person"} and asked & {"said", "gist"}:
        return SummaryRequest("speech", person=question.person)
    if question.names:
        is_about_sessions = question.names <= SESSIONS and asked & {"gist", "said"} and question.chosen
        return SummaryRequest("session", question.chosen) if is_about_sessions else None
    if asked & {"dates", "meta"}:
        is_whole = "report" in question.tags and len(asked) == 1 and not question.scoped
        return SummaryRequest("meta" if "meta" in asked else "dates") if is_whole else None
    if question.scoped and asked & {"gist", "said"}:
        return SummaryRequest("session", question.roots(question.sessions))
    if "advice" in asked:
        return SummaryRequest("advice")
    if "findings" in asked:
        return SummaryRequest("findings")
    return SummaryRequest("overview") if "gist" in asked else None


def resolve_request(kind: Request, question: ParsedQuestion, best: Sentence | None) -> SummaryRequest | None:
    """Return what a message of a known kind asks to sum up, or None if that cannot be told.

    :param question: read with `asking_phrases`; it need not be explained as a whole.
    :param best: the best sentence of a search, None if the reports do not cover what the question is about.
    """
    sessions, person = question.directory.sessions, question.person
    if kind in WHOLE:
        return None if question.names & PARTS else SummaryRequest(WHOLE[kind])
    if kind == "said":
        person = person or (only_speaker(question.directory, best) if best else None)
        return SummaryRequest("speech", person=person) if person else None
    if kind == "session" and person:
        entry = question.directory.person(person)
        ids = {appearance.session for appearance in entry[1]} if entry else set[str]()
        attended = [session for session in sessions if session.id in ids]
        kinds = question.meant("kind")
        named = [session for session in attended if session.kind in kinds] if kinds else attended
        return SummaryRequest("session", question.roots(named)) if named else None
    if kind == "session" and question.chosen:
        return SummaryRequest("session", question.chosen)
    if kind not in ("session", "which") or best is None or not best.section:
        return None
    innermost = innermost_session(sessions, best.section)
    found = (innermost,) if innermost else ()
    return SummaryRequest("session" if kind == "session" else "place", found, section=() if found else best.section)


def only_speaker(directory: Directory, sentence: Sentence) -> str | None:
    """Return the only person that a sentence names, if a section reports the words of that person alone; else None."""
    folded = fold_text(sentence.text)
    named = [person.name for person, _ in directory.people if fold_text(person.name) in folded]
    alone = [session for session in directory.sessions if [each.name for each in session.speakers] == named]
    return named[0] if len(named) == 1 and any(not session.moderators for session in alone) else None


def is_title_alone(question: ParsedQuestion) -> bool:
    """Return whether a question is no more than the title or the kind of one session, possibly with a part of a title."""
    is_title = bool(question.tags & {"title", "kind"}) and question.names <= SESSIONS
    return is_title and not question.words and len(question.chosen) == 1
