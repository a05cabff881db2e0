"""Look-ups of the real report: what people type, what is odd to type, and each way in which something is found."""

import string
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lookup.directory import Directory
from index.models import Person, PersonEntry, Session
from index.reports.sessions import find_sessions
from tests.index.corpora import summit

QUERIES = tomllib.loads((Path(__file__).parents[1] / "lookup_queries.toml").read_text("utf-8"))
SUMMIT = Directory(find_sessions(summit().document, summit().profile))
PANELS = ["s03.2", "s03.3", "s04.3", "s04.4", "s05.3", "s05.4"]
DAY_2 = ["s04", "s04.1", "s04.2", "s04.3", "s04.4"]


def found(query: str, limit: int = 25) -> list[tuple[str, str]]:
    """Ids of the sessions that a query finds, and by what."""
    return [(match.item.id, match.reason) for match in SUMMIT.find_sessions(query, limit)]


def ids(query: str) -> list[str]:
    return [name for name, _ in found(query)]


def people(query: str) -> list[tuple[str, str]]:
    return [(match.item[0].name, match.reason) for match in SUMMIT.find_people(query)]


def names(entries: list[PersonEntry]) -> list[str]:
    return [person.name for person, _ in entries]


def test_directory_labelled_queries_miss_at_most_three_first_matches() -> None:
    missed = []
    for query, expected in QUERIES["sessions"].items():
        first = next(iter(ids(query)), None)
        missed += [] if first == expected else [f"{query}: {first}, not {expected}"]
    for query, expected in QUERIES["people"].items():
        first = next((name for name, _ in people(query)), None)
        missed += [] if first == expected else [f"{query}: {first}, not {expected}"]
    print(*missed, sep="\n")  # noqa: T201 - pytest shows it where the test fails
    assert len(QUERIES["sessions"]) + len(QUERIES["people"]) >= 60
    assert len(missed) <= 3


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("反貪腐", [("s04", "title"), ("s04.1", "organisation"), *((f"s04.{n}", "part of") for n in (2, 3, 4))]),
        ("建立涵容", [("s03", "agenda title")]),
        ("Lysa Jon", [("s03.2", "name"), ("s03.3", "name")]),
        ("大使", [("s02", "role")]),
        ("共同主席", [("s06", "role"), ("s02", "role")]),
        ("panel", [(name, "kind") for name in PANELS]),
        ("座談", [(name, "kind") for name in PANELS]),
        ("法國", [("s05.3", "country")]),
        ("阿根廷", [("s05.3", "country")]),
        ("day 2", [(name, "date") for name in DAY_2]),
        ("12/16 座談", [("s04.3", "kind"), ("s04.4", "kind")]),
        ("第二天的議程", [(name, "date") for name in DAY_2]),
        ("S04.2 ", [("s04.2", "title")]),
        ("2020-12-16", []),
    ],
)
def test_find_sessions_query_returns_sessions_with_match_reason(query: str, expected: list[tuple[str, str]]) -> None:
    assert found(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Amelie", [("Amélie de Montchalin", "name")]),
        ("sara", [("Sarah Chayes", "name"), ("Sarah Castell", "name")]),
        ("CIVICUS", [("Lysa John", "organisation")]),
        ("Founder & Chair", [("Mo Ibrahim", "role")]),
        ("Ford president", [("Darren Walker", "role")]),
        ("pia day 3", [("Pia Andrews", "name")]),
        # She is not there on that day, so that only the day fits.
        ("pia day 2", [("Jeon Hyun-Heui", "date"), ("Tonusree Basu", "date")]),
        ("panel 12/17", [("Aura Cifuentes", "kind"), ("Amélie de Montchalin", "kind")]),
        ("來自愛沙尼亞的講者", [("Taimar Peterkop", "country")]),
        ("閃電短講", [("Pia Andrews", "title"), ("Seongmin Son", "title")]),
        ("lightning", [("Pia Andrews", "kind"), ("Seongmin Son", "kind")]),
    ],
)
def test_find_people_query_returns_people_with_match_reason(query: str, expected: list[tuple[str, str]]) -> None:
    assert people(query)[: len(expected)] == expected


def test_find_people_country_in_english_or_chinese_returns_same_people() -> None:
    assert {name for name, _ in people("Korea")} == {name for name, _ in people("韓國")}
    assert {name for name, _ in people("韩国")} == {
        "Hae-cheol Jeon",
        "Bang, Jung-Gyun",
        "Kweon Oh-yeon",
        "Jeon Hyun-Heui",
        "Han-beom You",
        "Lim, Hyesook",
        "Seongmin Son",
    }


def test_find_sessions_and_people_unknown_query_returns_three_nearest() -> None:
    assert [reason for _, reason in found("wholly unknown words")] == ["nearest"] * 3
    assert [reason for _, reason in people("Zebulon Quux")] == ["nearest"] * 3
    assert len({name for name, _ in people("王小明")}) == 3


def test_find_sessions_and_people_results_are_sorted_by_score_and_limited() -> None:
    scores = [match.score for match in SUMMIT.find_people("Secretary General")]
    assert scores == sorted(scores, reverse=True)
    assert max(scores) <= 100
    assert len(found("panel", 2)) == 2
    assert found("panel", 2) == found("panel")[:2]


def test_directory_empty_query_returns_all_entries_in_order() -> None:
    assert [match.item for match in SUMMIT.find_sessions("  ", limit=99)] == list(SUMMIT.sessions)
    assert [match.item for match in SUMMIT.find_people("")] == list(SUMMIT.people)
    assert len(SUMMIT.find_sessions("")) == 18
    assert SUMMIT.organisations()[:3] == ["拉丁美洲跨國電視媒體 NTN24 Noticias 新聞臺", "KDI 公共政策與管理學院", "OGP"]
    assert len(SUMMIT.organisations(limit=99)) == len(set(SUMMIT.organisations(limit=99))) == 48


@pytest.mark.parametrize("query", ["?", "%", "*", "_", "()", "[.*]", "。。。", "--", "\N{ZERO WIDTH SPACE}", "**", "``"])
def test_directory_punctuation_query_finds_nothing_and_suggests_first_entries(query: str) -> None:
    assert (found(query), people(query), SUMMIT.organisations(query), SUMMIT.on_day(query)) == ([], [], [], [])
    assert SUMMIT.suggest_sessions(query, 2) == list(SUMMIT.sessions[:2])
    assert SUMMIT.suggest_people(query, 2) == list(SUMMIT.people[:2])


@pytest.mark.parametrize(
    "query", ["x" * 1000, "數" * 1000, "a b " * 250, "公民 空間 " * 200, "'; DROP TABLE people; --", "\0", "\ud800"]
)
def test_directory_long_or_hostile_query_returns_valid_scores(query: str) -> None:
    for matches in (SUMMIT.find_sessions(query), SUMMIT.find_people(query)):
        assert all(0 <= match.score <= 100 for match in matches)
    assert SUMMIT.session(query) is None
    assert SUMMIT.person(query) is None
    assert isinstance(SUMMIT.organisations(query), list)


@pytest.mark.parametrize(
    ("query", "expected"), [("唐", ["唐鳳"]), ("k", ["Khadija Ismayilova", "Kweon Oh-yeon"]), ("Ｋ", None)]
)
def test_suggest_people_single_character_matches_word_start(query: str, expected: list[str] | None) -> None:
    typed = names(SUMMIT.suggest_people(query))
    assert sorted(typed[:2])[: len(expected or [])] == (expected or [])
    assert typed == names(SUMMIT.suggest_people(query.casefold()))


@given(st.text(max_size=30) | st.text(alphabet=string.punctuation + "數位 公民dayA1", max_size=30))
def test_directory_arbitrary_text_respects_result_limit(text: str) -> None:
    assert len(SUMMIT.find_sessions(text, 5)) <= 5
    assert len(SUMMIT.find_people(text, 5)) <= 5
    assert len(SUMMIT.suggest_people(text, 5)) <= 5
    assert len(SUMMIT.suggest_sessions(text, 5)) <= 5


def test_suggest_people_and_sessions_partial_or_misspelt_text_returns_matches() -> None:
    assert len(SUMMIT.suggest_sessions("")) == 18
    assert names(SUMMIT.suggest_people("sam")) == ["Samantha Power", "Nanjira Sambuli"]
    assert names(SUMMIT.suggest_people("samnatha")) == ["Samantha Power"]
    assert names(SUMMIT.suggest_people("samnath")) == ["Samantha Power"]
    assert names(SUMMIT.suggest_people("gerrad")) == ["Gerard Ryle"]
    assert [session.id for session in SUMMIT.suggest_sessions("12/16")] == DAY_2
    assert [session.id for session in SUMMIT.suggest_sessions("12/16 爐邊")] == ["s04.2"]
    assert [session.id for session in SUMMIT.suggest_sessions("開")][:2] == ["s02", "s04.1"]
    assert SUMMIT.suggest_people("wholly unknown") == []


def test_directory_days_parts_and_exact_names_return_entries() -> None:
    assert SUMMIT.days == ("2021-11-15", "2021-12-15", "2021-12-16", "2021-12-17")
    assert [session.id for session in SUMMIT.on_day("星期四")] == DAY_2
    assert SUMMIT.on_day("反貪腐") == []
    parts = SUMMIT.parts(SUMMIT.sessions[2])
    assert [part.id for part in parts] == ["s03.1", "s03.2", "s03.3", "s03.4"]
    assert SUMMIT.parts(parts[0]) == []
    assert SUMMIT.session("s03.1") == parts[0]
    assert SUMMIT.session("s99") is None
    entry = SUMMIT.person("amelie DE montchalin")
    assert entry
    assert entry[0].name == "Amélie de Montchalin"
    assert SUMMIT.person("Amélie") is None


def test_organisations_name_misspelling_or_country_returns_matches() -> None:
    assert SUMMIT.organisations("ogp") == ["OGP", "OGP Thematic Policy Areas"]
    assert SUMMIT.organisations("carnegy") == ["Carnegie Endowment for International Peace"]
    assert SUMMIT.organisations("加拿大") == ["Treasury Board of Canada Secretariat"]
    assert SUMMIT.organisations("Transparency", 1) == ["Transparency International"]
    assert SUMMIT.organisations("zzz") == []


def test_directory_markdown_in_names_matches_plain_query() -> None:
    session = Session(
        "s01", "**Bold** `code`", None, "session", None, None, None, (), (1, 1), (), (Person("_Ann_ [Poe](x)"),)
    )
    odd = Directory([session])
    assert odd.find_sessions("bold code")[0].item == session
    assert odd.find_people("ann poe")[0].item[0].name == "_Ann_ [Poe](x)"
    assert odd.on_day("day 1") == []


def test_directory_without_sessions_returns_nothing() -> None:
    empty = Directory([])
    assert (empty.find_sessions("x"), empty.find_people("x"), empty.organisations("x"), empty.on_day("12/16")) == (
        [],
        [],
        [],
        [],
    )
    assert (empty.suggest_sessions(""), empty.suggest_people("x"), empty.days, empty.people) == ([], [], (), ())
