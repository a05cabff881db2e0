"""Countries that a question names and the reports never do."""

import pytest

from index.answering.question_constraints import MentionedCountries
from tests.bot.fakes import passage

NAMED = MentionedCountries(
    [
        passage(0, ("會議", "在首爾舉行"), "美國及摩爾多瓦共和國代表出席。"),
        passage(1, (), "The formalities were held in Nairobi."),
    ]
)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("日本首相說了什麼？", ("Japan",)),
        ("What did Tokyo say?", ("Japan",)),
        ("韓國說了什麼？", ()),
        ("韩国说了什么？", ()),
        ("美國與法國", ("France",)),
        ("Did Kenya attend?", ()),
        ("Did Mali attend?", ("Mali",)),
        ("誰出席？", ()),
    ],
)
def test_mentioned_countries_missing_returns_countries_absent_from_passages(question: str, missing: tuple[str, ...]) -> None:
    assert NAMED.missing(question) == missing
