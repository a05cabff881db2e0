"""What a message of a known kind asks to sum up, with the people and sessions that it names or that a search found."""

import pytest

from index.engine import Engine
from index.lookup.directory import Directory
from index.models import Person, Sentence, Session
from index.structured_qa.request_classifier import Request
from index.structured_qa.summary_request import SummaryRequest, only_speaker


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
