"""Read questions about a whole: what a report, session or speech says in short, when an event was, who wrote a report."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

from index.lookup.directory import Directory
from index.models import SectionPath, Sentence, Session, is_of_report
from index.reports.profile import FAMILY_NAMES, NAME
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
# Words that ask for a detail, and so not for a summary.
DETAILS = frozenset({"dates", "when", "day", "who"})
# The beginning of a line about a person. In ideographs a colon follows labels, too; names before one need a form of address.
SPEAKER = re.compile(
    rf"(?:(?:Dr|Prof|Mr|Mrs|Ms)\.?\s)?(?!(?:The|An?)\s)(?P<latin>{NAME})\s*(?:[,，(（:：]|$)"
    rf"|(?P<listed>[{FAMILY_NAMES}][\u3400-\u9fff]{{1,2}})\s*[,，(（、]"
    r"|(?P<addressed>[\u3400-\u9fff]{2,5}?)(?:氏|さん|教授|委員|委员|先生|女士)\s*[,，(（:：、]"
)
# Words beside those that ask for a summary, which say nothing else.
BESIDE = frozenset({"what", "list", "all", "session", "meeting", "speak", "happen"})


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """What to sum up.

    :param sessions: the sessions of a summary of kind "session", or that of "place".
    :param person: the name of who spoke, as printed, for kind "speech".
    :param section: the section, for kind "place", where there is no session.
    :param report: the name of the report of that section.

    Kind "dates" asks for the days of the whole event, "meta" for who published a report, how long it is and the like, and
    "place" for the session or section where something stands.
    """

    kind: Kind
    sessions: tuple[Session, ...] = ()
    person: str = ""
    section: SectionPath = ()
    report: str = ""


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


@lru_cache(4096)
def recommends(sentence: str) -> bool:
    """Return whether a sentence recommends something, by its words."""
    key = f" {phrase_key(sentence)} "
    return any((phrase if CJK.search(phrase) else f" {phrase} ") in key for phrase in recommending_phrases())


@cache
def recommending_phrases() -> tuple[str, ...]:
    """Return the keys of the phrases by which a sentence recommends something."""
    return tuple(map(phrase_key, load_summaries()["sentences"]["recommending"]))


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


def resolve_request(
    kind: Request, question: ParsedQuestion, best: Sentence | None, *, report: str = "", is_explained: bool = False
) -> SummaryRequest | None:
    """Return what a message of a known kind asks to sum up, or None if that cannot be told.

    :param question: read with `asking_phrases`.
    :param best: the best sentence of a search, None if the reports do not cover what the question is about.
    :param report: the name of the report that this sentence is from.
    :param is_explained: whether its phrases explain all of the question.
    """
    sessions = [session for session in question.directory.sessions if is_of_report(session, report)]
    if kind in WHOLE or (kind == "session" and is_explained and not question.names):
        asks_other = question.names & PARTS or (question.tags & DETAILS and kind != "dates")
        return None if asks_other else SummaryRequest(WHOLE.get(kind, "overview"))
    if kind == "said":
        return find_speech(question, best, sessions)
    if kind == "session" and (chosen := chosen_sessions(question)):
        return SummaryRequest("session", chosen)
    if kind not in ("session", "which") or best is None or not best.section:
        return None
    innermost = innermost_session(sessions, best.section)
    if innermost is None:
        return SummaryRequest("place", section=best.section, report=report) if kind == "which" else None
    if kind == "which":
        return SummaryRequest("place", (innermost,))
    parts = of_named_kinds(question, sessions_around(question, innermost))
    return SummaryRequest("session", tuple(parts) if len(parts) == 1 else (innermost,))


def chosen_sessions(question: ParsedQuestion) -> tuple[Session, ...]:
    """Return the sessions that a question names by title, kind or day, by a person in them, or by both."""
    entry = question.directory.person(question.person) if question.person else None
    if entry is None:
        return question.chosen
    ids = {appearance.session for appearance in entry[1]}
    attended = [session for session in question.directory.sessions if session.id in ids]
    both = [session for session in attended if session in question.tree(question.chosen)]
    named = of_named_kinds(question, both or attended)
    return question.roots(named or both) or question.chosen or question.roots(attended)


def find_speech(question: ParsedQuestion, best: Sentence | None, sessions: Sequence[Session]) -> SummaryRequest | None:
    """Return whose words a question asks for: of the person that it or the best sentence names, or a speaker of minutes.

    Minutes list what somebody said below their name. Else the only part of the best sentence's session may be theirs that is
    of a kind that the question names, such as opening remarks.
    """
    if question.person:
        return SummaryRequest("speech", person=question.person)
    if best is None:
        return None
    if person := only_speaker(question.directory, best):
        return SummaryRequest("speech", person=person)
    named = next((speaker for item in (*best.parents, best.text) if (speaker := speaker_of_line(item))), None)
    if named:
        return SummaryRequest("speech", person=named)
    innermost = innermost_session(sessions, best.section)
    parts = of_named_kinds(question, sessions_around(question, innermost)) if innermost else []
    return SummaryRequest("session", tuple(parts)) if len(parts) == 1 and len(parts[0].speakers) == 1 else None


def speaker_of_line(text: str) -> str | None:
    """Return the name with which a line about a person begins, None if there is none."""
    match = SPEAKER.match(text)
    return match[match.lastgroup or 0] if match else None


def of_named_kinds(question: ParsedQuestion, sessions: Iterable[Session]) -> list[Session]:
    """Return the sessions that are of a kind that a question names."""
    kinds = question.meant("kind")
    return [session for session in sessions if session.kind in kinds]


def sessions_around(question: ParsedQuestion, session: Session) -> tuple[Session, ...]:
    """Return the whole session that a session belongs to, with all its parts."""
    root = question.root(session)
    return question.tree(each for each in question.directory.sessions if each.id == root)


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
