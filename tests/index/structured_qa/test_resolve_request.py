"""What a message of a known kind asks to sum up, with the people and sessions that it names or that a search found."""

from dataclasses import replace

import pytest

from index.engine import Engine
from index.lookup.directory import Directory
from index.models import Person, Sentence, Session
from index.structured_qa.parsed_question import ParsedQuestion
from index.structured_qa.question_parser import QuestionParser
from index.structured_qa.request_classifier import Request
from index.structured_qa.summary_request import (
    SummaryRequest,
    asking_phrases,
    chosen_sessions,
    find_speech,
    only_speaker,
)


def sentence(engine: Engine, piece: str) -> Sentence | None:
    """The only sentence of the tiny corpus that contains a piece; None for an empty piece."""
    found = [each for each in engine.guide.sentences if piece and piece in each.text]
    assert len(found) == bool(piece)
    return found[0] if found else None


@pytest.mark.parametrize("kind", ["overview", "advice", "findings", "dates", "meta"])
def test_resolve_request_about_whole_report_needs_no_sentence(engine: Engine, kind: Request) -> None:
    assert engine.guide.resolve_request(kind, "so what's it all in the end", None) == SummaryRequest(kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        ("overview", "the gist of Dora Wick please"),
        ("overview", "in a nutshell, the autumn lecture"),
        ("advice", "王風要大家怎麼改進"),
        ("dates", "which days was the spring meeting on, roughly"),
    ],
)
def test_resolve_request_that_names_part_is_not_about_whole(engine: Engine, kind: Request, question: str) -> None:
    assert engine.guide.resolve_request(kind, question, None) is None


@pytest.mark.parametrize(
    ("question", "best", "person"),
    [
        ("what was Dora Wick on about", "", "Dora Wick"),
        ("王風在說啥", "Dredge", "王風"),
        # Nobody is named, and the sentence that was found names the only person of a session.
        ("what did the keeper get at", "Speakers: Dora Wick", "Dora Wick"),
    ],
)
def test_resolve_request_said_is_speech_of_person(engine: Engine, question: str, best: str, person: str) -> None:
    request = engine.guide.resolve_request("said", question, sentence(engine, best))
    assert request == SummaryRequest("speech", person=person)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("what did the keeper get at", ""),
        ("what did the keeper get at", "40 litres"),
        ("what did the captain get at", "Speakers: Ben Sand"),
        ("what did the chair get at", "Chair: Ada Quill"),
        ("Dora Wick and 王風, what did they get at", ""),
    ],
)
def test_resolve_request_said_without_single_speaker_is_none(engine: Engine, question: str, best: str) -> None:
    assert engine.guide.resolve_request("said", question, sentence(engine, best)) is None


@pytest.mark.parametrize(
    ("question", "best", "session"),
    [
        ("what happened at Dora Wick's thing", "", "harbour:s02"),
        ("林海那場在幹嘛", "", "tower:s01"),
        ("tell me of the Autumn lecture", "", "harbour:s02"),
        ("the one about oil, how did it go", "40 litres", "harbour:s02"),
        # Whom a question names counts more than what a search found.
        ("anything with oil from Dora Wick", "Dredge", "harbour:s02"),
    ],
)
def test_resolve_request_session_is_that_of_person_title_or_sentence(
    engine: Engine, question: str, best: str, session: str
) -> None:
    request = engine.guide.resolve_request("session", question, sentence(engine, best))
    assert request == SummaryRequest("session", (engine.directory.session(session),))  # type: ignore[arg-type]


def test_resolve_request_session_of_sentence_in_none_is_none(engine: Engine) -> None:
    assert engine.guide.resolve_request("session", "the dredging bit", sentence(engine, "Dredge")) is None


def test_resolve_request_which_is_place_of_sentence(engine: Engine) -> None:
    found = engine.guide.resolve_request("which", "哪一場講霧笛", sentence(engine, "霧笛"))
    assert found == SummaryRequest("place", (engine.directory.session("tower:s01"),))  # type: ignore[arg-type]
    beside = engine.guide.resolve_request("which", "where is dredging", sentence(engine, "Dredge"))
    assert beside == SummaryRequest("place", section=("Outlook",), report="harbour")


@pytest.mark.parametrize("kind", ["session", "which"])
def test_resolve_request_without_sentence_or_section_is_none(engine: Engine, kind: Request) -> None:
    assert engine.guide.resolve_request(kind, "the dredging bit", None) is None
    preface = Sentence(0, "Dredging is planned.", (), (1, 1), quotable=True)
    assert engine.guide.resolve_request(kind, "the dredging bit", preface) is None


@pytest.mark.parametrize("kind", ["question", "greeting", "thanks", "about", "chatter"])
def test_resolve_request_other_kinds_are_none(engine: Engine, kind: Request) -> None:
    assert engine.guide.resolve_request(kind, "What was Dora Wick on about?", sentence(engine, "40 litres")) is None


def session(number: int, *speakers: str, chair: str = "") -> Session:
    people, moderators = tuple(map(Person, speakers)), (Person(chair),) if chair else ()
    return Session(
        f"s{number}", f"Talk {number}", None, "talk", None, None, None, (f"T{number}",), (1, 1), moderators, people
    )


TALKS = (session(1, "Ada Quill"), session(2, "Ben Sand", chair="Eva Roe"), session(3, "Cora Tide", "Dora Wick"), session(4))


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("ADA QUILL asked for lamps.", "Ada Quill"),
        ("Ada Quill and Ben Sand asked for lamps.", None),
        ("Ben Sand was asked by the chair.", None),
        ("Cora Tide asked for lamps.", None),
        ("Eva Roe opened the talk.", None),
        ("Somebody asked for lamps.", None),
        ("", None),
    ],
)
def test_only_speaker_is_the_person_named_who_speaks_alone(text: str, person: str | None) -> None:
    assert only_speaker(Directory(TALKS), Sentence(0, text, ("T1",), (1, 1), quotable=True)) == person


def test_only_speaker_of_one_talk_alone_may_have_others_beside_in_another() -> None:
    talks = (*TALKS, session(5, "Ben Sand"))
    said = Sentence(0, "Ben Sand asked for lamps.", ("T5",), (1, 1), quotable=True)
    assert only_speaker(Directory(talks), said) == "Ben Sand"


SHOW = Session("f1", "Lamp show", None, "show", "2030-05-01", None, None, ("F1",), (1, 1))
LECTURE = replace(
    SHOW, id="f1.1", title="Old lamps", parent="f1", kind="lecture", section=("F1", "a"), speakers=(Person("Eva Roe"),)
)
FAREWELL = replace(
    LECTURE,
    id="f1.2",
    title="Last words",
    kind="farewell",
    section=("F1", "b"),
    speakers=(Person("Eva Roe"), Person("Finn Dale")),
)
RACE = replace(SHOW, id="f2", title="Boat race", kind="race", section=("F2",), speakers=(Person("Eva Roe"),))


@pytest.mark.parametrize(
    ("question", "chosen"),
    [
        ("Eva Roe", [LECTURE, FAREWELL, RACE]),
        ("Finn Dale", [FAREWELL]),
        # By the person and the kind.
        ("the lecture by Eva Roe", [LECTURE]),
        ("the farewell of Finn Dale", [FAREWELL]),
        ("the race of Finn Dale", [RACE]),
        # By the person and the title.
        ("Eva Roe, Boat race", [RACE]),
        ("Eva Roe at the session Lamp show", [LECTURE, FAREWELL]),
        ("the farewell by Eva Roe at the session Lamp show", [FAREWELL]),
        ("Finn Dale, Boat race", [RACE]),
        # Without a person.
        ("Boat race", [RACE]),
        ("the lecture", [LECTURE]),
        ("lamps and boats", []),
    ],
)
def test_chosen_sessions_are_those_of_person_kind_and_title(question: str, chosen: list[Session]) -> None:
    directory = Directory((SHOW, LECTURE, FAREWELL, RACE))
    parser = QuestionParser(directory, (), ())
    pieces, _ = parser.read(question, asking_phrases())
    assert chosen_sessions(ParsedQuestion(pieces, directory, directory.sessions)) == tuple(chosen)


@pytest.mark.parametrize(
    ("text", "parents", "person"),
    [
        ("The lamps are dim.", ("Ada Quill, Mayor", "On lamps"), "Ada Quill"),
        ("燈太暗了。", ("與會者發言：", "王小明（港務局長）"), "王小明"),
        ("王小明（港務局長）", ("與會者發言：",), "王小明"),
        ("Ada Quill, Mayor", (), "Ada Quill"),
        ("Ben Sand, Captain", ("Ada Quill, Mayor",), "Ada Quill"),
    ],
)
def test_find_speech_of_list_item_is_that_of_its_speaker(text: str, parents: tuple[str, ...], person: str) -> None:
    best = Sentence(0, text, ("Minutes",), (1, 1), quotable=True, parents=parents)
    found = find_speech(ParsedQuestion((), Directory(()), ()), best, ())
    assert found == SummaryRequest("speech", person=person)


@pytest.mark.parametrize(("text", "parents"), [("The lamps are dim.", ("On lamps",)), ("The lamps are dim.", ())])
def test_find_speech_of_list_item_below_no_speaker_is_none(text: str, parents: tuple[str, ...]) -> None:
    best = Sentence(0, text, ("Minutes",), (1, 1), quotable=True, parents=parents)
    assert find_speech(ParsedQuestion((), Directory(()), ()), best, ()) is None
