"""Which language a question is written in, as far as an answer's own words need to know."""

import re
from typing import Literal

Language = Literal["zh-TW", "en"]
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")


def language_of(text: str, default: Language = "zh-TW") -> Language:
    """`zh-TW` for any text with ideographs or kana, `en` for Latin words alone, else `default`."""
    if CJK.search(text):
        return "zh-TW"
    return "en" if LATIN_WORD.search(text) else default
