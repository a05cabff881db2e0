"""Words that mean a country, a city, a kind or nothing; and the forms in which texts are compared."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.gazetteer import Term, find_countries, find_terms, split_phrases
from index.text.normalization import join_tokens, key_tokens, name_key, name_keys

DATA = Path(__file__).parents[3] / "index/text"
KOREA = Term("country", "Korea")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Amélie de Montchalin", "amelie de montchalin"),
        ("Gavrilit\u0326a", "gavrilita"),
        ("Bang, Jung-Gyun", "bang jung gyun"),
        ("ＵＳＡＩＤ", "usaid"),
        ("Łódź Ørsted Æsir", "lodz orsted aesir"),
        ("OGP學院", "ogp 学院"),
        ("臺北／台北", "台北 台北"),
        ("全體大會：反貪腐", "全体大会 反贪腐"),
        ("「」()%*_", ""),
        ("\ud800a", "a"),
        ("", ""),
    ],
)
def test_name_key_text_variants_return_comparison_form(text: str, expected: str) -> None:
    assert name_key(text) == expected


@given(st.lists(st.text(max_size=20), max_size=4))
def test_name_keys_many_texts_equal_single_keys(texts: list[str]) -> None:
    whole = [text.encode("utf-8", "ignore").decode() for text in texts]
    assert name_keys(whole) == [name_key(" ".join(text.split())) for text in whole]


def test_key_tokens_joined_again_restore_key() -> None:
    assert key_tokens("ogp 学院 a") == ["ogp", "学", "院", "a"]
    assert join_tokens(["ogp", "学", "院", "a"]) == "ogp 学院 a"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Korea panel", [KOREA, Term("kind", "panel")]),
        ("Republic of Korea", [KOREA]),
        ("韓國座談", [KOREA, Term("kind", "panel")]),
        ("閉幕致詞", [Term("kind", "closing remarks")]),
        ("印度尼西亞", [Term("country", "Indonesia")]),
        ("Niger", [Term("country", "Niger")]),
        ("Nigeria", [Term("country", "Nigeria")]),
        ("Bogota", [Term("city", "Bogotá")]),
        (
            "who is the minister",
            [Term("filler", "who"), Term("filler", "is"), Term("filler", "the"), Term("word", "minister")],
        ),
        ("Ford Foundation", [Term("word", "ford foundation")]),
        ("evening boat", [Term("kind", "evening boat")]),
        ("", []),
    ],
)
def test_find_terms_query_returns_typed_terms(text: str, expected: list[Term]) -> None:
    assert find_terms(name_key(text), ["Evening Boat"]) == [
        Term("kind", "Evening Boat") if term.value == "evening boat" else term for term in expected
    ]


def test_split_phrases_word_phrase_is_split_into_words() -> None:
    assert split_phrases([Term("word", "ford foundation"), KOREA]) == [
        Term("word", "ford"),
        Term("word", "foundation"),
        KOREA,
    ]


def test_find_countries_city_adds_its_country() -> None:
    assert find_countries(name_key("City of Buenos Aires")) == {Term("city", "Buenos Aires"), Term("country", "Argentina")}
    assert find_countries(name_key("韓國反貪腐及國民權益委員會")) == {KOREA}
    assert find_countries(name_key("Carnegie Endowment")) == frozenset()


def test_countries_table_entries_are_consistent_and_unique() -> None:
    table = tomllib.loads((DATA / "countries.toml").read_text("utf-8"))
    assert len(table["countries"]) > 150
    assert [city for city, words in table["cities"].items() if words[0] not in table["countries"]] == []
    used = [
        name_key(word)
        for part, first in (("countries", 0), ("cities", 1))
        for name, words in table[part].items()
        for word in (name, *words[first:])
    ]
    assert sorted({word for word in used if used.count(word) > 1}) == []
    chinese = [
        any("\u4e00" <= character <= "\u9fff" for word in words for character in word)
        for words in table["countries"].values()
    ]
    assert all(chinese)
