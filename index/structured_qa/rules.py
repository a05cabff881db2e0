"""Answer questions about who, when, how many and which sessions, completely, from the sessions and people of the reports.

A rule answers only if it explains every span of the question; the search answers all other questions.
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
    """The result of a rule: participations, sessions, or both.

    :param parts: participations that answer the question.
    :param sessions: sessions that answer the question, or those of `parts`.
    :param about: sessions that the question names.
    :param dating: whether the question asks for the date of the sessions.
    :param time_first: whether it asks for their time.
    """

    rule: str
    parts: tuple[Participation, ...] = ()
    sessions: tuple[Session, ...] = ()
    about: tuple[Session, ...] = ()
    dating: bool = False
    time_first: bool = False


def apply_rules(question: ParsedQuestion) -> StructuredResult | None:
    """Return the result of the first rule that explains the question, or None."""
    if question.joined or question.is_open_ended:
        return None
    return next((result for rule in RULES if (result := rule(question)) and (result.parts or result.sessions)), None)


def who_somebody_is(question: ParsedQuestion) -> StructuredResult | None:
    """Answer `Who is Ann Poe?` and `What is her role?`, by the first list that names the person and by new offices."""
    if question.names != {"person"} or not question.words & {"who", "post"}:
        return None
    if not question.only("who", "what", "list", "post", "delegates"):
        return None
    person = question.person
    informative = [part for part in all_participations(question.sessions) if part.person.name == person]
    informative = [part for part in informative if part.person.role or part.person.org]
    informative.sort(key=lambda part: part.person.from_prose)
    offices = [
        Participation(session, office.person, "takes office")
        for session in question.sessions
        for office in session.offices
        if office.person.name == person
    ]
    return StructuredResult("who somebody is", parts=(*informative[:1], *offices))


def sessions_of_a_person(question: ParsedQuestion) -> StructuredResult | None:
    """Answer `Which session did Ann Poe speak in?` and `When did she speak?`."""
    words = question.words
    acting = words & {"when", "day"} and words & {"speak", "attend", "moderators"}
    asks_sessions = "which" in words or acting or ("list" in words and "kind" in question.names)
    if "person" not in question.names or not question.names <= {"person", "kind", "date"} or not asks_sessions:
        return None
    if not question.only("who", "which", "what", "list", "post", "when", "day", "session", "meeting", *TAKING_PART):
        return None
    sessions = question.chosen if question.names & SESSIONS else question.sessions
    parts = select_participations(question, sessions, lambda part: part.person.name == question.person)
    return in_sessions("sessions of a person", parts, dating=bool(words & {"when", "day"}))


def people_of_an_organisation(question: ParsedQuestion) -> StructuredResult | None:
    """Answer `Who spoke for the Lake School?`, `List everyone from Peru` and `Who is the President of the River Trust?`."""
    words = question.words
    if not question.is_spoken_for or not question.names <= {"org", "country", "role"} | SESSIONS:
        return None
    if not words & ({"who", "list", "all"} | PEOPLE) or not question.only(
        "who", "list", "all", "session", "what", "post", *TAKING_PART
    ):
        return None
    # `Who chaired the session that had speakers from Peru?` does not ask for people from Peru.
    if ("session" in words and not question.names & SESSIONS) or (
        "moderators" in words and words & TAKING_PART - MODERATING
    ):
        return None
    if "who" not in words and "list" in words and "kind" in question.names:
        return None
    sessions = question.chosen if question.names & SESSIONS else question.sessions
    names = question.meant("org", "country")
    if "role" in question.names:
        names = question.holders
    return StructuredResult(
        "people of an organisation", parts=select_participations(question, sessions, lambda part: part.person.name in names)
    )


def sessions_of_an_organisation(question: ParsedQuestion) -> StructuredResult | None:
    """Answer `Which sessions had speakers from Peru?`."""
    asks_sessions = "which" in question.words or ("list" in question.words and "kind" in question.names)
    if not question.acting or not question.names <= {"org", "country", "kind"} or not asks_sessions:
        return None
    if not question.only("which", "list", "session", "meeting", *TAKING_PART):
        return None
    sessions = question.chosen if "kind" in question.names else question.sessions
    names = question.meant("org", "country")
    return in_sessions(
        "sessions of an organisation", select_participations(question, sessions, lambda part: part.person.name in names)
    )


def people_of_a_session(question: ParsedQuestion) -> StructuredResult | None:
    """Answer `Who spoke on the second day?`, `Who chaired the opening?` and `speakers of the panel on floods`."""
    if not question.names <= SESSIONS or not question.only("who", "list", "all", "session", "meeting", *TAKING_PART):
        return None
    if not question.words & ({"who"} | PEOPLE):
        return None
    if question.words & {"speak", "speakers", "moderators"}:
        is_known = bool(question.words & {"moderators"}) or any(
            session_speakers(question, session) for session in question.chosen
        )
    else:
        # Prose, or a list of moderators alone, may leave out participants.
        listed = [
            [part for part in session_speakers(question, session) if not part.person.from_prose]
            for session in question.chosen
        ]
        is_known = all(listed)
    if not is_known:
        return None
    return StructuredResult(
        "people of a session", parts=select_participations(question, question.chosen), about=question.chosen
    )


def number_of_people(question: ParsedQuestion) -> StructuredResult | None:
    """Answer `How many speakers did the second day have?`, if lists name everybody."""
    counting = question.words & {"how_many", "how_many_people"} and question.words & {"speakers", "moderators", "speak"}
    if not counting or not question.names <= SESSIONS:
        return None
    if not question.only("how_many", "how_many_people", "session", "meeting", *TAKING_PART):
        return None
    parts = select_participations(question, question.chosen)
    tree = question.tree(question.chosen)
    unlisted = [session for session in tree if not (session.moderators or session.speakers or question.within(session))]
    if unlisted or any(part.person.from_prose for part in parts):
        return None
    return StructuredResult("number of people", parts=parts, about=question.chosen)


def number_of_sessions(question: ParsedQuestion) -> StructuredResult | None:
    """Answer `How many plenaries were there?` and `How many sessions on 12 May?`."""
    counting = "how_many_sessions" in question.words or (
        "how_many" in question.words and question.tags & {"kind", "session"}
    )
    if not counting or not question.names or not question.names <= {"kind", "date"}:
        return None
    if not question.only("how_many", "how_many_sessions", "session", "happen"):
        return None
    return StructuredResult("number of sessions", sessions=question.chosen)


def date_of_a_session(question: ParsedQuestion) -> StructuredResult | None:
    """Answer `When was the opening?` and `What time did the plenary on rivers start?`."""
    if not question.words & {"when", "day", "time"} or not question.names <= SESSIONS or question.names == {"date"}:
        return None
    if not question.only("when", "day", "time", "session", "meeting", "happen"):
        return None
    # A part has the date of its session, but reports do not give its start time.
    if any(session.date is None or ("time" in question.words and session.start is None) for session in question.chosen):
        return None
    return StructuredResult("date of a session", sessions=question.chosen, dating=True, time_first="time" in question.words)


def sessions_of_a_day_or_kind(question: ParsedQuestion) -> StructuredResult | None:
    """Answer `Which sessions were on 12 May?`, `List the panels` and `the agenda of day 2`."""
    words = question.words
    listing = (words & {"list", "all"} and question.tags & {"session", "kind"}) or {"what", "session"} <= words
    asks_sessions = "which" in words or listing or ("agenda" in words and question.names == {"date"})
    if not question.names or not question.names <= {"kind", "date"} or not asks_sessions:
        return None
    if not question.only("which", "what", "list", "all", "session", "agenda", "happen"):
        return None
    return StructuredResult("sessions of a day or kind", sessions=question.chosen)


def all_sessions(question: ParsedQuestion) -> StructuredResult | None:
    """Answer `List the sessions`, `What is the agenda?` and `How many sessions were there?`."""
    counting = question.words & {"how_many_sessions"} or {"how_many", "session"} <= question.words
    asks_sessions = "agenda" in question.words or counting or question.words & {"which"} or ASKING_ALL & question.words
    if question.names or not asks_sessions or not question.words & {"agenda", "session", "which", "how_many_sessions"}:
        return None
    if not question.only("list", "all", "what", "which", "session", "agenda", "happen", "how_many", "how_many_sessions"):
        return None
    return StructuredResult("all sessions", sessions=question.roots(question.sessions))


def all_people(question: ParsedQuestion) -> StructuredResult | None:
    """Answer `List all speakers`, `Who are the speakers?` and `the list of moderators`."""
    asks_all = question.words & ASKING_ALL or {"who", "speakers"} <= question.words
    if question.names or not asks_all or not question.words & {"speakers", "moderators"}:
        return None
    if not question.only("who", "list", "all", "speakers", "moderators", "people", "session"):
        return None
    return StructuredResult("all people", parts=select_participations(question, question.sessions))


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
    """Return a result with the sessions of participations, each once."""
    return StructuredResult(rule, parts, tuple(dict.fromkeys(part.session for part in parts)), dating=dating)
