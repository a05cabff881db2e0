"""Numbers of all scripts, with what they count."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.claims.quantities import find_quantities
from index.text.dates import find_dates


def read(text: str, *, bare: bool = False) -> list[tuple[float, str, str]]:
    dates = [(date.start, date.end) for date in find_dates(text)]
    return [(each.value, each.unit, text[each.start : each.end]) for each in find_quantities(text, dates, bare=bare)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("300 萬元", [(3_000_000, "yuan", "300 萬元")]),
        ("3,000,000元", [(3_000_000, "yuan", "3,000,000元")]),
        ("五千人，5千人", [(5000, "person", "五千人"), (5000, "person", "5千人")]),
        ("12億4,500萬元", [(1_245_000_000, "yuan", "12億4,500萬元")]),
        (
            "四成、兩成二、百分之三點二",
            [(40, "percent", "四成"), (22, "percent", "兩成二"), (3.2, "percent", "百分之三點二")],
        ),
        ("40 %，一半", [(40, "percent", "40 %"), (50, "percent", "一半")]),
        ("三分之一", [(100 / 3, "percent", "三分之一")]),
        ("Eighty people, two thirds", [(80, "person", "Eighty people"), (200 / 3, "percent", "two thirds")]),
        ("the twentieth summit", [(20, "#", "twentieth")]),
        ("第三次", [(3, "#time", "第三次")]),
        ("4.2 million euros", [(4_200_000, "euro", "4.2 million euros")]),
        ("two hundred and five thousand people", [(205_000, "person", "two hundred and five thousand people")]),
        ("78個國家、76個地方政府", [(78, "country", "78個國家"), (76, "region", "76個地方政府")]),
        ("一起努力，十分重要，千人", []),
        ("十分鐘", [(10, "minute", "十分鐘")]),
        ("20:00 的 COVID-19 與 2021年12月15日", []),
        ("9個部會", [(9, "", "9")]),
    ],
)
def test_find_quantities_reads_value_scale_and_unit(text: str, found: list[tuple[float, str, str]]) -> None:
    assert read(text) == found


def test_find_quantities_bare_counts_ideographs_without_a_unit() -> None:
    assert (read("十四館"), read("十四館", bare=True)) == ([], [(14, "", "十四")])


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("超過 300 人", 300, math.inf),
        ("300 人以上", 300, math.inf),
        ("fewer than 300 people", -math.inf, 300),
        ("300多人", 300, 420),
        ("about 300 people", 279, 321),
        ("300 人", 298.5, 301.5),
    ],
)
def test_find_quantities_bounds_are_those_of_the_words_around(text: str, least: float, most: float) -> None:
    (quantity,) = find_quantities(text)
    assert (quantity.least, quantity.most) == pytest.approx((least, most))


@given(st.text(max_size=200))
def test_find_quantities_any_text_gives_numbers_within_it(text: str) -> None:
    found = find_quantities(text, bare=True)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(first.end <= second.end for first, second in pairwise(found))


@given(st.integers(1, 9_999_999))
def test_find_quantities_digits_with_and_without_commas_are_equal(value: int) -> None:
    assert [each.value for each in find_quantities(f"{value:,}人 {value}人")] == [value, value]
