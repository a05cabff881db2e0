"""Scopes: which passages lie in one, what a search within it finds, and how the command line names one."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import index.encoding.encoder
from index.cli import main
from index.config import Settings
from index.engine import Engine
from index.errors import QuestionError
from index.lookup.scopes import describe_scope, passages_within, resolve_scope, sessions_within
from index.models import Scope
from tests.index import summit
from tests.index.encoders import LetterEncoder
from tests.index.tiny import OIL, TITLES

CORRUPTION = ("貳、過程", "五、全體大會：反貪腐的多元途徑")
CLOSING_REMARKS = ("貳、過程", "四、全體大會：打造涵容的公民空間", "4.閉幕致詞")
SHREYA = "(二)主持人：Shreya Basu(Deputy Director and Regional Lead, Asia and the Pacific, OGP)"
JEON = "Jeon Hyun-Heui（韓國反貪腐及國民權益委員會主席）"
YOU = "Han-beom You(Executive Director, Transparency International Korea)"
PANELS = ["3.專題討論：貪腐、信任與開放政府", "4.專題討論：國家行動方案中的多邊參與聯結"]
# Numbers, from 0, of the passages of the anti-corruption plenary.
PLENARY = list(range(29, 39))


def within(scope: Scope) -> list[int] | None:
    engine = summit.engine()
    searcher = engine.answerer.searcher
    found = passages_within(scope, engine.directory, searcher.passages, searcher.sentences)
    return None if found is None else found.tolist()


@pytest.mark.parametrize(
    ("scope", "numbers"),
    [
        (Scope(), None),
        (Scope(session="s04"), PLENARY),
        # Its heading and speaker stand in one passage with the heading of the whole.
        (Scope(session="s04.1"), [29]),
        (Scope(session="s04.2"), [30, 31, 32]),
        (Scope(day="2021-12-16"), PLENARY),
        (Scope(day="2021-12-17"), list(range(39, 48))),
        (Scope(section=CORRUPTION), PLENARY),
        (Scope(section=("摘要",)), [0, 1]),
        # Chaired one part, takes office in the closing ceremony, and is named in a conclusion.
        (Scope(speaker="Aidan Eyakuze"), [16, 17, 18, 47, 48]),
        (Scope(speaker="Darren Walker"), [19, 20, 21, 22]),
        (Scope(speaker="Nobody Known"), []),
        (Scope(session="s04", speaker="Lysa John"), []),
        (Scope(day="2021-12-15", speaker="Lysa John"), [19, 20, 21, 22, 23, 24, 25, 26, 27]),
        (Scope(session="s99"), []),
        (Scope(session="s04", section=("摘要",)), []),
    ],
)
def test_passages_within_scope_returns_passage_numbers(scope: Scope, numbers: list[int] | None) -> None:
    assert within(scope) == numbers
    assert bool(scope) == (numbers is not None)


@pytest.mark.parametrize(
    ("scope", "ids"),
    [
        (Scope(session="s04"), ["s04", "s04.1", "s04.2", "s04.3", "s04.4"]),
        (Scope(session="s04.2"), ["s04.2"]),
        (Scope(day="2021-12-17"), ["s05", "s05.1", "s05.2", "s05.3", "s05.4", "s06"]),
        (Scope(speaker="Lysa John"), ["s03.2", "s03.3"]),
        (Scope(section=CORRUPTION, day="2021-12-16"), ["s04", "s04.1", "s04.2", "s04.3", "s04.4"]),
        (Scope(section=("摘要",)), []),
        (Scope(session="s99"), []),
    ],
)
def test_sessions_within_scope_returns_session_ids(scope: Scope, ids: list[str]) -> None:
    assert [session.id for session in sessions_within(scope, summit.engine().directory)] == ids


def test_passages_within_equal_headings_in_two_reports_stay_in_report(engine: Engine) -> None:
    searcher = engine.answerer.searcher
    for name in ("harbour", "tower"):
        found = passages_within(Scope(session=f"{name}:s01"), engine.directory, searcher.passages, searcher.sentences)
        assert found is not None
        assert {searcher.passages[number].report for number in found} == {name}


def test_scope_several_reports_covers_each_and_names_no_session(engine: Engine) -> None:
    both = Scope(reports=("harbour", "tower"))
    assert engine.passages(both) == engine.passages(Scope())
    assert sessions_within(both, engine.directory) == engine.directory.sessions
    assert engine.describe(both) == "、".join(TITLES)
    kept = engine.ask("Who chaired?", scope=both), engine.ask("Who chaired?", scope=Scope(reports=("harbour",)))
    assert [answer.road.partition(":")[0] for answer in kept] == ["passages", "structure"]


def test_describe_scope_all_fields_are_joined_as_text() -> None:
    directory = summit.engine().directory
    whole = Scope("s04", "Lysa John", "2021-12-16", CORRUPTION)
    assert describe_scope(whole, directory) == (
        "全體大會：反貪腐的多元途徑、Lysa John、2021-12-16、貳、過程 › 五、全體大會：反貪腐的多元途徑"
    )
    assert describe_scope(Scope(session="s99"), directory) == "s99"


@given(st.sets(st.integers(0, 54), min_size=1))
def test_searcher_search_within_passages_returns_only_those_passages(numbers: set[int]) -> None:
    searcher = summit.engine().answerer.searcher
    found = searcher.search("透明與信任", 10, np.array(sorted(numbers)))
    allowed = {searcher.passages[number].id for number in numbers}
    assert {hit.passage.id for hit in found.hits} <= allowed
    assert len(found.hits) == min(10, len(numbers))
    assert {each.passage.id for each in found.evidence} <= allowed
    assert found.overlap == pytest.approx(max(searcher.store.lexical.scores("透明與信任")[sorted(numbers)]))


def test_searcher_search_within_all_passages_equals_unscoped_search() -> None:
    searcher = summit.engine().answerer.searcher
    assert searcher.search("透明", 5, np.arange(55)) == searcher.search("透明", 5)


def test_searcher_search_within_no_passages_finds_nothing() -> None:
    found = summit.engine().answerer.searcher.search("2050 年的透明", 5, np.array([], np.int64))
    assert (found.hits, found.evidence, found.overlap) == ((), (), 0.0)


def test_engine_ask_section_scope_limits_hits_and_is_named_in_answer() -> None:
    engine, scope = summit.engine(), Scope(section=CLOSING_REMARKS)
    answer = engine.ask("公民參與不能只是什麼？", scope=scope)
    assert answer.scope == scope
    assert answer.text.split("\n")[0] == "範圍：貳、過程 › 四、全體大會：打造涵容的公民空間 › 4.閉幕致詞"
    assert {hit.passage.id for hit in answer.hits} == {"ogp-2021-global-summit:8ae1cc4f38"}


def test_engine_ask_empty_scope_returns_not_covered_and_names_scope() -> None:
    answer = summit.engine().ask("How open is it?", scope=Scope(session="s04", speaker="Lysa John"))
    assert (answer.verdict, answer.confidence, answer.hits, answer.citations) == ("not_covered", 0.0, (), ())
    assert answer.text == "Within: 全體大會：反貪腐的多元途徑、Lysa John\nI couldn't find this in the report."


@pytest.mark.parametrize(
    ("question", "scope", "road", "quotes"),
    [
        ("誰主持？", Scope(session="s06"), "people of a session", [SHREYA]),
        ("什麼時候？", Scope(session="s06"), "date of a session", ["(一)日期：2021 年 12 月 17 日", "21:00-22:00 閉幕式"]),
        ("有哪些專題討論", Scope(day="2021-12-16"), "sessions of a day or kind", PANELS),
        ("有誰來自韓國？", Scope(session="s04"), "people of an organisation", [JEON, YOU]),
    ],
)
def test_engine_ask_scope_completes_question_for_structured_answer(
    question: str, scope: Scope, road: str, quotes: list[str]
) -> None:
    answer = summit.engine().ask(question, scope=scope)
    assert answer.road == f"structure: {road}"
    assert [citation.quote for citation in answer.citations] == quotes


@pytest.mark.parametrize(
    ("question", "scope"),
    [
        ("閉幕式誰主持？", Scope(session="s04")),
        ("第二天有誰發言？", Scope(speaker="Lysa John")),
        ("誰主持？", Scope(section=("摘要",))),
        ("誰主持？", Scope(speaker="Lysa John")),
    ],
)
def test_engine_ask_question_outside_scope_falls_back_to_passages(question: str, scope: Scope) -> None:
    assert summit.engine().ask(question, scope=scope).road == "passages"


@pytest.mark.parametrize(
    ("typed", "scope"),
    [
        ({}, Scope()),
        ({"session": "s04.2"}, Scope(session="s04.2")),
        ({"session": "反貪腐的多元途徑"}, Scope(session="s04")),
        ({"speaker": "darren walker"}, Scope(speaker="Darren Walker")),
        ({"speaker": "唐凤"}, Scope(speaker="唐鳳")),
        ({"speaker": "Pickles"}, Scope(speaker="Nick Pickles")),
        ({"day": "12/16"}, Scope(day="2021-12-16")),
        ({"day": "第三天"}, Scope(day="2021-12-17")),
        ({"section": "摘要"}, Scope(section=("摘要",))),
        ({"section": "反贪腐的多元途径"}, Scope(section=CORRUPTION)),
        ({"section": "4.閉幕致詞"}, Scope(section=CLOSING_REMARKS)),
        ({"day": "day 1", "speaker": "Lysa John"}, Scope(day="2021-12-15", speaker="Lysa John")),
    ],
)
def test_resolve_scope_typed_text_returns_scope(typed: dict[str, str], scope: Scope) -> None:
    engine = summit.engine()
    assert resolve_scope(engine.directory, engine.sections, **typed) == scope


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"session": "爐邊談話"}, "no single session is meant by '爐邊談話'; nearest: s03.1 爐邊談話; s04.2 爐邊談話"),
        ({"day": "12/25"}, "no single day is meant by '12/25'; nearest: 2021-11-15; 2021-12-15; 2021-12-16; 2021-12-17"),
        ({"speaker": "Transparency International"}, "no single speaker is meant by 'Transparency International'; nearest: "),
        ({"speaker": ""}, "no single speaker is meant by ''; nearest: "),
        ({"section": ""}, "no single section is meant by ''; nearest: "),
        ({"section": "摘妖"}, "no single section is meant by '摘妖'; nearest: 摘要"),
    ],
)
def test_resolve_scope_unknown_or_ambiguous_text_raises_with_nearest(typed: dict[str, str], problem: str) -> None:
    engine = summit.engine()
    with pytest.raises(QuestionError) as caught:
        resolve_scope(engine.directory, engine.sections, **typed)
    assert str(caught.value).startswith(problem)
    assert "\n" not in str(caught.value)


def report_index(*arguments: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    monkeypatch.setattr(index.encoding.encoder, "SentenceTransformerEncoder", lambda _: LetterEncoder())
    result = CliRunner().invoke(main, [*arguments, "--index", str(summit.settings().index.path)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_ask_command_session_and_explain_options_print_scope_road_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = report_index("ask", "誰主持？", "--session", "閉幕式", "--explain", monkeypatch=monkeypatch)
    assert (code, err) == (0, "")
    assert out.split("\n") == [
        "範圍：閉幕式",
        "閉幕式（2021-12-17 21:00–22:00）：Shreya Basu（Deputy Director and Regional Lead, Asia and the Pacific, OGP）。",
        f"[1] 主持：「{SHREYA}」（貳、過程 › 七、閉幕式，第 18 頁）",
        "road: structure: people of a session",
        "why: who '谁'; moderators '主持'",
        "",
    ]


def test_ask_command_json_output_includes_road_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = report_index("ask", OIL, "--day", "day 2", "--json", monkeypatch=monkeypatch)
    record = json.loads(out)
    assert (code, record["road"]) == (0, "passages")
    assert record["why"] == "not explained: how much oil, lighthouse burn, night"
    assert {tuple(passage["section"][:2]) for passage in record["passages"]} == {CORRUPTION}


def test_ask_command_ambiguous_session_prints_one_line_error(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = "error: no single session is meant by '爐邊談話'; nearest: s03.1 爐邊談話; s04.2 爐邊談話\n"
    assert report_index("ask", "x", "--session", "爐邊談話", monkeypatch=monkeypatch) == (1, "", problem)


def test_resolve_scope_report_name_or_title_returns_report_scope(built: Settings) -> None:
    engine = Engine.load(built, LetterEncoder())
    for typed in ("tower", TITLES[1], TITLES[1][:2]):
        scope = resolve_scope(engine.directory, engine.sections, report=typed, titles=engine.guide.titles)
        assert scope == Scope(reports=("tower",))
    assert [passage.id for passage in engine.passages(Scope(reports=("tower",)))] == ["tower:2753b5189a", "tower:72d6834773"]
    assert [session.id for session in sessions_within(Scope(reports=("tower",)), engine.directory)] == ["tower:s01"]
    assert engine.describe(Scope(reports=("tower",))) == TITLES[1]
    answer = engine.ask(OIL, scope=Scope(reports=("tower",)))
    assert {hit.passage.report for hit in answer.hits} == {"tower"}
    with pytest.raises(QuestionError, match=r"no single report is meant by 'bridge'; nearest: "):
        resolve_scope(engine.directory, engine.sections, report="bridge", titles=engine.guide.titles)


def test_ask_command_report_option_limits_passages_to_report(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.encoding.encoder, "SentenceTransformerEncoder", lambda _: LetterEncoder())
    done = CliRunner().invoke(main, ["ask", OIL, "--report", "tower", "--json", "--index", str(built.index.path)])
    assert done.exit_code == 0
    assert {each["passage_id"].partition(":")[0] for each in json.loads(done.stdout)["passages"]} == {"tower"}
