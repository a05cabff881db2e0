"""Questions about who, when, how many and which sessions, answered from the sessions and people, complete and cited.

A rule answers only if it explains every piece of the question; whatever else is asked is left to the search.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index.models import Session
from index.structured_qa.parsed_question import (
    MODERATING,
    PEOPLE,
    SESSIONS,
    TAKING_PART,
    ParsedQuestion,
    Participation,
    all_participations,
    select_participations,
    session_speakers,
)

ASKING_ALL = frozenset({"all", "list"})


@dataclass(frozen=True, slots=True)
class StructuredResult:
    """What a rule found: parts that people take, or sessions, or sessions for those parts; of what, `about`.

    `dating`, if the date of the sessions is asked for; `time_first`, if their time.
    """

    rule: str
    parts: tuple[Participation, ...] = ()
    sessions: tuple[Session, ...] = ()
    about: tuple[Session, ...] = ()
    dating: bool = False
    time_first: bool = False


def apply_rules(asked: ParsedQuestion) -> StructuredResult | None:
    """What the first rule finds that explains the question."""
    if asked.joined or asked.is_open_ended:
        return None
    return next((finding for rule in RULES if (finding := rule(asked)) and (finding.parts or finding.sessions)), None)


def who_somebody_is(asked: ParsedQuestion) -> StructuredResult | None:
    """`Who is Ann Poe?`, `What is her role?`, told by the first list that names them, and by offices that they take over."""
    if asked.names != {"person"} or not asked.words & {"who", "post"}:
        return None
    if not asked.only("who", "what", "list", "post", "delegates"):
        return None
    person = asked.person
    telling = [part for part in all_participations(asked.sessions) if part.person.name == person]
    telling = [part for part in telling if part.person.role or part.person.org]
    telling.sort(key=lambda part: part.person.from_prose)
    offices = [
        Participation(session, office.person, "takes office")
        for session in asked.sessions
        for office in session.offices
        if office.person.name == person
    ]
    return StructuredResult("who somebody is", parts=(*telling[:1], *offices))


def sessions_of_a_person(asked: ParsedQuestion) -> StructuredResult | None:
    """`Which session did Ann Poe speak in?`, `When did she speak?`"""
    words = asked.words
    acting = words & {"when", "day"} and words & {"speak", "attend", "moderators"}
    wanted = "which" in words or acting or ("list" in words and "kind" in asked.names)
    if "person" not in asked.names or not asked.names <= {"person", "kind", "date"} or not wanted:
        return None
    if not asked.only("who", "which", "what", "list", "post", "when", "day", "session", "meeting", *TAKING_PART):
        return None
    where = asked.chosen if asked.names & SESSIONS else asked.sessions
    parts = select_participations(asked, where, lambda part: part.person.name == asked.person)
    return in_sessions("sessions of a person", parts, dating=bool(words & {"when", "day"}))


def people_of_an_organisation(asked: ParsedQuestion) -> StructuredResult | None:
    """`Who spoke for the Lake School?`, `List everyone from Peru`, `Who is the President of the River Trust?`"""
    words = asked.words
    if not asked.is_spoken_for or not asked.names <= {"org", "country", "role"} | SESSIONS:
        return None
    if not words & ({"who", "list", "all"} | PEOPLE) or not asked.only(
        "who", "list", "all", "session", "what", "post", *TAKING_PART
    ):
        return None
    # `Who chaired the session that had speakers from Peru?` asks for others.
    if ("session" in words and not asked.names & SESSIONS) or ("moderators" in words and words & TAKING_PART - MODERATING):
        return None
    if "who" not in words and "list" in words and "kind" in asked.names:
        return None
    where = asked.chosen if asked.names & SESSIONS else asked.sessions
    names = asked.meant("org", "country")
    if "role" in asked.names:
        names = asked.holders
    return StructuredResult(
        "people of an organisation", parts=select_participations(asked, where, lambda part: part.person.name in names)
    )


def sessions_of_an_organisation(asked: ParsedQuestion) -> StructuredResult | None:
    """`Which sessions had speakers from Peru?`"""
    wanted = "which" in asked.words or ("list" in asked.words and "kind" in asked.names)
    if not asked.acting or not asked.names <= {"org", "country", "kind"} or not wanted:
        return None
    if not asked.only("which", "list", "session", "meeting", *TAKING_PART):
        return None
    where = asked.chosen if "kind" in asked.names else asked.sessions
    names = asked.meant("org", "country")
    return in_sessions(
        "sessions of an organisation", select_participations(asked, where, lambda part: part.person.name in names)
    )


def people_of_a_session(asked: ParsedQuestion) -> StructuredResult | None:
    """`Who spoke on the second day?`, `Who chaired the opening?`, `speakers of the panel on floods`"""
    if not asked.names <= SESSIONS or not asked.only("who", "list", "all", "session", "meeting", *TAKING_PART):
        return None
    if not asked.words & ({"who"} | PEOPLE):
        return None
    if asked.words & {"speak", "speakers", "moderators"}:
        told = bool(asked.words & {"moderators"}) or any(session_speakers(asked, session) for session in asked.chosen)
    else:
        # Prose that names some people, or a list of moderators alone, need not name all who were there.
        listed = [[part for part in session_speakers(asked, each) if not part.person.from_prose] for each in asked.chosen]
        told = all(listed)
    if not told:
        return None
    return StructuredResult("people of a session", parts=select_participations(asked, asked.chosen), about=asked.chosen)


def number_of_people(asked: ParsedQuestion) -> StructuredResult | None:
    """`How many speakers did the second day have?`, where lists name them all."""
    counting = asked.words & {"how_many", "how_many_people"} and asked.words & {"speakers", "moderators", "speak"}
    if not counting or not asked.names <= SESSIONS:
        return None
    if not asked.only("how_many", "how_many_people", "session", "meeting", *TAKING_PART):
        return None
    parts = select_participations(asked, asked.chosen)
    tree = asked.tree(asked.chosen)
    silent = [session for session in tree if not (session.moderators or session.speakers or asked.within(session))]
    if silent or any(part.person.from_prose for part in parts):
        return None
    return StructuredResult("number of people", parts=parts, about=asked.chosen)


def number_of_sessions(asked: ParsedQuestion) -> StructuredResult | None:
    """`How many plenaries were there?`, `How many sessions on 12 May?`"""
    counting = "how_many_sessions" in asked.words or ("how_many" in asked.words and asked.tags & {"kind", "session"})
    if not counting or not asked.names or not asked.names <= {"kind", "date"}:
        return None
    if not asked.only("how_many", "how_many_sessions", "session", "happen"):
        return None
    return StructuredResult("number of sessions", sessions=asked.chosen)


def date_of_a_session(asked: ParsedQuestion) -> StructuredResult | None:
    """`When was the opening?`, `What time did the plenary on rivers start?`"""
    if not asked.words & {"when", "day", "time"} or not asked.names <= SESSIONS or asked.names == {"date"}:
        return None
    if not asked.only("when", "day", "time", "session", "meeting", "happen"):
        return None
    # A part has the day of its session; when in its session it began, the reports do not say.
    if any(session.date is None or ("time" in asked.words and session.start is None) for session in asked.chosen):
        return None
    return StructuredResult("date of a session", sessions=asked.chosen, dating=True, time_first="time" in asked.words)


def sessions_of_a_day_or_kind(asked: ParsedQuestion) -> StructuredResult | None:
    """`Which sessions were on 12 May?`, `List the panels`, `the agenda of day 2`"""
    words = asked.words
    listing = (words & {"list", "all"} and asked.tags & {"session", "kind"}) or {"what", "session"} <= words
    wanted = "which" in words or listing or ("agenda" in words and asked.names == {"date"})
    if not asked.names or not asked.names <= {"kind", "date"} or not wanted:
        return None
    if not asked.only("which", "what", "list", "all", "session", "agenda", "happen"):
        return None
    return StructuredResult("sessions of a day or kind", sessions=asked.chosen)


def all_sessions(asked: ParsedQuestion) -> StructuredResult | None:
    """`List the sessions`, `What is the agenda?`, `How many sessions were there?`"""
    counting = asked.words & {"how_many_sessions"} or {"how_many", "session"} <= asked.words
    wanted = "agenda" in asked.words or counting or asked.words & {"which"} or ASKING_ALL & asked.words
    if asked.names or not wanted or not asked.words & {"agenda", "session", "which", "how_many_sessions"}:
        return None
    if not asked.only("list", "all", "what", "which", "session", "agenda", "happen", "how_many", "how_many_sessions"):
        return None
    return StructuredResult("all sessions", sessions=asked.roots(asked.sessions))


def all_people(asked: ParsedQuestion) -> StructuredResult | None:
    """`List all speakers`, `Who are the speakers?`, `the list of moderators`"""
    wanted = asked.words & ASKING_ALL or {"who", "speakers"} <= asked.words
    if asked.names or not wanted or not asked.words & {"speakers", "moderators"}:
        return None
    if not asked.only("who", "list", "all", "speakers", "moderators", "people", "session"):
        return None
    return StructuredResult("all people", parts=select_participations(asked, asked.sessions))


RULES: tuple[Callable[[ParsedQuestion], StructuredResult | None], ...] = (
    who_somebody_is,
    sessions_of_a_person,
    people_of_an_organisation,
    sessions_of_an_organisation,
    people_of_a_session,
    number_of_people,
    number_of_sessions,
    date_of_a_session,
    sessions_of_a_day_or_kind,
    all_sessions,
    all_people,
)


def in_sessions(rule: str, parts: tuple[Participation, ...], *, dating: bool = False) -> StructuredResult:
    """The sessions in which parts are taken."""
    return StructuredResult(rule, parts, tuple(dict.fromkeys(part.session for part in parts)), dating=dating)
