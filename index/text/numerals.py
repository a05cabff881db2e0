"""Read numbers that are written in ideographs."""

import unicodedata

MYRIAD = 10_000
VARIANTS = str.maketrans("两", "兩")  # Unicode gives no value to the simplified form


def parse_numeral(written: str) -> int:
    """Return the value of a whole number in ideographs or digits.

    :param written: such as `十二`, 12; `二〇二一`, 2021; `貳`, 2; `廿三`, 23; `三萬五千`, 35,000; or `12`.
    """
    values = [int(unicodedata.numeric(character)) for character in written.translate(VARIANTS)]
    if max(values) < 10:
        return sum(value * 10**place for place, value in enumerate(reversed(values)))
    total, part, digit = 0, 0, 0  # of the whole, of what stands before 萬 or 億, and the last digit
    for value in values:
        if value >= MYRIAD:
            total, part, digit = (
                (total + (part + digit or 1)) * value if value > MYRIAD else total + (part + digit or 1) * value,
                0,
                0,
            )
        elif value >= 10:
            part, digit = part + (digit or 1) * value, 0
        else:
            digit = value
    return total + part + digit
