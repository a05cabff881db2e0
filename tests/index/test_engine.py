"""The library's front door: what it loads, and what it refuses to load."""

import logging
import shutil
from pathlib import Path

import pytest

from index import engine as front
from index.answering.rendering import renumber_citations
from index.cli.lookup import read_sessions
from index.config import Settings
from index.engine import Engine
from index.errors import GenerationError
from index.generations.store import Store
from index.models import SEVERAL, Scope
from tests.index.encoders import LetterEncoder
from tests.index.tiny import BOATS, BOATS_ANSWER, HARBOUR_TEXT, OIL, OIL_ANSWER, TITLES, build, settings_for

RECOVER = "run: report-index rollback, or: report-index build"
BUILD = "run: report-index build"


class Finer(LetterEncoder):
    fingerprint = "letters-64"


class Wider(LetterEncoder):
    dimensions = 33


def refusal(settings: Settings, encoder: LetterEncoder) -> str:
    with pytest.raises(GenerationError) as caught:
        Engine.load(settings, encoder)
    return str(caught.value)


def test_engine_load_answers_from_live_generation(engine: Engine, built: Settings) -> None:
    live = Store(built.index.path, 3).live().manifest
    assert (engine.manifest, engine.generation, engine.titles) == (live, live.id, TITLES)
    assert [session.title for session in engine.sessions] == ["Spring meeting", "Autumn lecture", "守塔人座談"]
    oil, boats = engine.ask(OIL), engine.ask(BOATS, top=2)
    assert (oil.text, oil.index, len(oil.hits)) == (OIL_ANSWER, live.id, 9)
    assert (boats.text, boats.index, len(boats.hits)) == (BOATS_ANSWER, live.id, 2)


def test_ask_citation_names_speaker_only_for_single_speaker_session(engine: Engine) -> None:
    assert [citation.speaker for citation in engine.ask(OIL).citations] == ["Dora Wick"]
    fog = engine.ask("與會者同意三年內換上什麼？")
    assert fog.citations[0].quote == "與會者同意三年內換上新的霧笛，並請學校派學生參觀。"
    assert fog.citations[0].section == ("一、會議", "（一）守塔人座談")
    assert fog.citations[0].speaker is None


def test_engine_load_other_model_name_raises_generation_error(built: Settings) -> None:
    other = settings_for(built.index.path.parent, model={"name": "other/model"})
    live = Store(built.index.path, 3).live().manifest
    problem = f"generation {live.id} was built with model embedded:multilingual-e5-small, config names other/model"
    expected = f"{built.index.path}: {problem}; {BUILD}"
    assert refusal(other, LetterEncoder()) == expected
    with pytest.raises(GenerationError) as caught:
        front.describe_live(other)
    assert str(caught.value) == expected


@pytest.mark.parametrize("encoder", [Finer(), Wider()])
def test_engine_load_other_weights_raise_generation_error(built: Settings, encoder: LetterEncoder) -> None:
    live = Store(built.index.path, 3).live()
    problem = "built with other weights or prompts of embedded:multilingual-e5-small than config names"
    assert refusal(built, encoder) == f"{live.path}: {problem}; {BUILD}"


@pytest.mark.parametrize("name", ["passages.json", "sentences.faiss", "tokens/vectors.npy", "lexical/size.json"])
def test_engine_load_damaged_file_raises_generation_error(own: Settings, name: str) -> None:
    live = Store(own.index.path, 3).live()
    file = live.file(name)
    content = file.read_bytes()
    file.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    expected = f"{file}: its content is not what manifest.json says (sha256 differs); {RECOVER}"
    assert refusal(own, LetterEncoder()) == expected
    with pytest.raises(GenerationError) as caught:
        front.describe_live(own)
    assert str(caught.value) == expected
    assert len(read_sessions(own)) == 3  # for which none of these files is read
    file.unlink()
    assert refusal(own, LetterEncoder()) == f"{file}: missing; {RECOVER}"
    assert not front.is_current(own)


def test_read_sessions_damaged_file_raises_generation_error(own: Settings) -> None:
    live = Store(own.index.path, 3).live()
    file = live.file("sessions.json")
    file.write_bytes(file.read_bytes().replace(b"Autumn", b"Winter"))
    with pytest.raises(GenerationError) as caught:
        read_sessions(own)
    assert str(caught.value) == f"{file}: its content is not what manifest.json says (sha256 differs); {RECOVER}"


def damage(settings: Settings, generation: str) -> Path:
    """Change a byte of a generation's vectors."""
    file = settings.index.path / "generations" / generation / "sentences.faiss"
    content = file.read_bytes()
    file.unlink()  # it may be linked into other generations
    file.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    return file


def test_engine_load_damaged_generation_uses_earlier_one_and_logs_error(
    own: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    oldest, older, live = Store(own.index.path, 3).live().manifest, build(own), build(own)
    file, other = damage(own, live.id), damage(own, older.id)
    engine = Engine.load(own, LetterEncoder())
    assert (engine.generation, engine.ask(OIL).text) == (oldest.id, OIL_ANSWER)
    problem = "its content is not what manifest.json says (sha256 differs)"
    assert [(record.levelname, record.getMessage()) for record in caplog.records if record.levelno > logging.INFO] == [
        ("WARNING", f"{other}: {problem}; {RECOVER}"),
        ("ERROR", f"{file}: {problem}; {RECOVER}; until then generation {oldest.id} takes its place"),
    ]


def test_load_newer_damaged_generation_raises_generation_error(own: Settings) -> None:
    engine = Engine.load(own, LetterEncoder())
    file = damage(own, build(own).id)
    with pytest.raises(GenerationError) as caught:
        front.load_newer(own, engine)
    assert str(caught.value) == f"{file}: its content is not what manifest.json says (sha256 differs); {RECOVER}"


def test_engine_load_all_generations_damaged_names_live_one(own: Settings) -> None:
    damage(own, Store(own.index.path, 3).live_id())
    file = damage(own, build(own).id)
    problem = "its content is not what manifest.json says (sha256 differs)"
    assert refusal(own, LetterEncoder()) == f"{file}: {problem}; {RECOVER}"


def test_engine_load_invalid_live_file_uses_newest_generation(own: Settings) -> None:
    newest = build(own)
    (own.index.path / "live.json").write_text("{", "utf-8")
    assert Engine.load(own, LetterEncoder()).generation == newest.id


def test_engine_load_without_index_raises_generation_error(tmp_path: Path, built: Settings) -> None:
    nowhere = settings_for(tmp_path)
    assert refusal(nowhere, LetterEncoder()) == f"no index at {tmp_path}/index; {BUILD}"
    shutil.copytree(built.corpus.path, nowhere.corpus.path)
    assert not front.is_current(nowhere)


def test_is_current_changed_report_returns_false_until_restored(own: Settings) -> None:
    assert front.is_current(own)
    (own.corpus.path / "harbour" / "report.txt").write_text(HARBOUR_TEXT + ".", "utf-8")
    assert not front.is_current(own)
    (own.corpus.path / "harbour" / "report.txt").write_text(HARBOUR_TEXT, "utf-8")
    assert front.is_current(own)


def test_describe_live_returns_one_line(built: Settings) -> None:
    live = Store(built.index.path, 3).live().manifest
    counts = "passages 9, reports 2, sentences 28, sessions 3"
    expected = f"generation {live.id}: {counts}, model embedded:multilingual-e5-small (float32)"
    assert front.describe_live(built) == front.describe_generation(live) == expected


def test_read_sessions_equals_engine_sessions(built: Settings, engine: Engine) -> None:
    assert read_sessions(built) == engine.sessions


def test_engine_passage_by_id_returns_passage_or_none(engine: Engine) -> None:
    assert engine.sections[:4] == (
        ("Summary",),
        ("Meetings",),
        ("Meetings", "Spring meeting"),
        ("Meetings", "Autumn lecture"),
    )
    passage = engine.passage("harbour:d5da900fb6")
    assert passage
    assert passage.section == ("Meetings", "Autumn lecture")
    assert engine.passage("harbour:9999") is None
    assert engine.directory.sessions == engine.sessions


def test_engine_source_returns_report_and_time_zone(engine: Engine) -> None:
    sources = [engine.source(session) for session in engine.sessions]
    assert [(each.report, each.time_zone, each.time_zone_stated) for each in sources] == [
        ("harbour", "Europe/Lisbon", True),
        ("harbour", "Europe/Lisbon", True),
        ("tower", None, False),
    ]


def test_engine_mentions_returns_lines_naming_person(engine: Engine) -> None:
    entry = engine.directory.person("cora tide")
    assert entry
    (line,) = engine.mentions(entry)
    assert line.quote == "Speakers: Ben Sand; Cora Tide (Captain, Pilot Guild)"
    assert (line.n, line.section, line.pages) == (1, ("Meetings", "Spring meeting"), (1, 1))


def test_engine_passages_and_describe_follow_scope(engine: Engine) -> None:
    scope = Scope(session=engine.sessions[1].id)
    assert [passage.section[-1] for passage in engine.passages(scope)] == ["Autumn lecture"] * 2
    assert len(engine.passages(Scope())) == 9
    assert engine.describe(scope) == "Autumn lecture"


def test_load_newer_reuses_encoder_for_changed_generation(own: Settings) -> None:
    old = Engine.load(own, LetterEncoder())
    assert front.load_newer(own, old) is None
    made = build(own)
    found = front.load_newer(own, old)
    assert found is not None
    assert (found.generation, found.answerer.searcher.encoder) == (made.id, old.answerer.searcher.encoder)
    Store(own.index.path, 3).rollback()
    back = front.load_newer(own, found)
    assert back is not None
    assert back.generation == old.generation


def test_ask_message_with_two_questions_answers_each(engine: Engine) -> None:
    first, second = "Who spoke in the Spring meeting?", "How much oil does the lighthouse burn?"
    message = f"**hi, {first} {second}** thanks"
    answer = engine.ask(message)
    assert (answer.question, answer.road) == (message, SEVERAL)
    alone = [engine.ask(first), engine.ask(second)]
    assert [citation.quote for citation in answer.citations] == [each.quote for one in alone for each in one.citations]
    assert answer.lead
    assert answer.lead.startswith(f"1. {alone[0].found}; 2. ")
    assert engine.ask(f"hi, {first}").road == "structure: people of a session"


def test_ask_message_with_questions_on_lines_without_marks_answers_each(engine: Engine) -> None:
    marked = engine.ask(f"{OIL.rstrip('?？')}?\n{BOATS.rstrip('?？')}?")
    unmarked = engine.ask(f"1. {OIL.rstrip('?？')}\n2. {BOATS.rstrip('?？')}")
    assert (unmarked.road, unmarked.verdict) == (SEVERAL, "answered")
    assert [citation.quote for citation in unmarked.citations] == [citation.quote for citation in marked.citations]


def test_ask_second_question_that_leans_on_the_first_is_understood_with_it(engine: Engine) -> None:
    answer = engine.ask("Who spoke in the Spring meeting? And in the Autumn lecture?")
    follow_up = engine.follow("And in the Autumn lecture?", "Who spoke in the Spring meeting?")
    assert answer.text.endswith(f"2. {renumber_citations(follow_up.text, len(answer.citations) - len(follow_up.citations))}")
