"""Dates in the languages of the site."""

import pytest

from index.site.dates import date_text, day_text
from index.site.pages import LANGUAGES, load_words
from index.text.localization import Language


@pytest.mark.parametrize(
    ("iso", "language", "text"),
    [
        ("2022", "zh-TW", "2022 年"),
        ("2022", "en", "2022"),
        ("2022-03", "zh-TW", "2022 年 3 月"),
        ("2022-12", "en", "December 2022"),
        ("2022-03-01", "zh-TW", "2022 年 3 月 1 日"),
        ("2022-03-31", "en", "31 March 2022"),
    ],
)
def test_date_text_year_month_or_day_returns_text(iso: str, language: Language, text: str) -> None:
    assert date_text(iso, load_words(language)) == text


@pytest.mark.parametrize(
    ("language", "text"), [("zh-TW", "2021 年 12 月 15 日（三）"), ("en", "Wednesday, 15 December 2021")]
)
def test_day_text_names_day_of_the_week(language: Language, text: str) -> None:
    assert day_text("2021-12-15", load_words(language)) == text


def test_words_of_both_languages_have_same_keys() -> None:
    keys = [list(vars(load_words(language))) for language in LANGUAGES]
    assert keys[0] == keys[1]
