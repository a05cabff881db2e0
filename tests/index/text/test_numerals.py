"""Numbers in ideographs."""

import pytest

from index.text.numerals import parse_numeral


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[("十", 10), ("十二", 12), ("二十", 20), ("三百零五", 305), ("兩千", 2000)],
        *[("7", 7), ("12", 12), ("二", 2), ("貳", 2), ("二十一", 21), ("２０", 20)],
        *[("三萬五千", 35_000), ("一億二千萬", 120_000_000), ("十萬", 100_000), ("两亿", 200_000_000)],
        *[("二〇二一", 2021), ("两百", 200), ("廿三", 23), ("〇", 0)],
    ],
)
def test_parse_numeral_ideographs_or_digits_returns_value(written: str, value: int) -> None:
    assert parse_numeral(written) == value
