"""Read questions about a whole: what a report, session or speech says in short, when an event was, who wrote a report."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

from index.models import Session
from index.structured_qa.parsed_question import SESSIONS, ParsedQuestion
from index.structured_qa.question_parser import QuestionSpan, collect_phrases
from index.text.localization import CJK
from index.text.normalization import name_key, phrase_key

SUMMARIES = "summaries.toml"
Kind = Literal["overview", "advice", "findings", "session", "speech", "dates", "meta"]
ASKING = frozenset({"gist", "said", "advice", "findings", "dates", "meta"})
# Words beside those that ask for a summary, which say nothing else.
BESIDE = frozenset({"what", "list", "all", "session", "meeting", "speak", "happen"})


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """What to sum up.

    :param sessions: the sessions of a summary of kind "session".
    :param person: the name of who spoke, as printed, for kind "speech".

    Kind "dates" asks for the days of the whole event, "meta" for who published a report, how long it is and the like.
    """

    kind: Kind
    sessions: tuple[Session, ...] = ()
    person: str = ""


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


def is_title_alone(question: ParsedQuestion) -> bool:
    """Return whether a question is no more than the title or the kind of one session, possibly with a part of a title."""
    is_title = bool(question.tags & {"title", "kind"}) and question.names <= SESSIONS
    return is_title and not question.words and len(question.chosen) == 1
