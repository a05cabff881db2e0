"""Read numbers that are written in ideographs."""

import unicodedata

VARIANTS = str.maketrans("两", "兩")  # Unicode gives no value to the simplified form


def parse_numeral(written: str) -> int:
    """Return the value of a whole number in ideographs or digits, up to thousands.

    :param written: such as `十二`, 12; `二〇二一`, 2021; `貳`, 2; `廿三`, 23; or `12`.
    """
    values = [int(unicodedata.numeric(character)) for character in written.translate(VARIANTS)]
    if max(values) < 10:
        return sum(value * 10**place for place, value in enumerate(reversed(values)))
    total, digit = 0, 0
    for value in values:
        if value >= 10:
            total, digit = total + (digit or 1) * value, 0
        else:
            digit = value
    return total + digit
