"""Detect the language of a question, and load catalogues of user-visible text.

A catalogue is one TOML file per language in the `locale` directory of a package.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["zh-TW", "en", "ja"]
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# The letters alone: Chinese text has the middle dot of kana within foreign names.
KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
# Of English prose, a fifth to a third of the words are these; of other languages in Latin letters, a twentieth at most.
ENGLISH_WORD = re.compile(r"\b(?:the|of|and|to|for|that|with|was|by|on|are|from)\b", re.IGNORECASE)
ENGLISH_SHARE = 0.1
FEW_LETTERS = 400  # a shorter text tells too little

# ISO 639-1, and of the languages without a code in it those that reports of Taiwan are written in.
LANGUAGES = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id
ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu
lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu
rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr
ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ami bnn cmn dru hak nan pwn pyu ssf sxr tao
tay trv tsu xnb xsy yue
"""
LANGUAGE_CODES = frozenset(LANGUAGES.split())
LANGUAGE_TAG = re.compile(r"(?P<code>[a-z]{2,3})(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?")


def is_language_code(text: str) -> bool:
    """Return whether a text is a language code such as `en`, `zh-Hant` or `pt-BR`."""
    match = LANGUAGE_TAG.fullmatch(text)
    return match is not None and match["code"] in LANGUAGE_CODES


def language_of(text: str, default: Language = "zh-TW") -> Language:
    """Return `ja` for any text with kana, else `zh-TW` with ideographs, `en` for Latin words alone, else `default`."""
    if KANA.search(text):
        return "ja"
    if CJK.search(text):
        return "zh-TW"
    return "en" if LATIN_WORD.search(text) else default


def language_of_report(text: str, stated: str) -> str:
    """Return the language of a report: the stated one, or `und` if that is English and the text is not.

    Other languages than English are stated by whoever adds a report, because none of them is the default.
    """
    words = LATIN_WORD.findall(text)
    letters = sum(map(str.isalpha, text))
    if stated != "en" or letters < FEW_LETTERS:
        return stated
    latin, ideographs = sum(map(len, words)), len(CJK.findall(text))
    if ideographs > latin / 3:
        return "zh"
    is_english = len(ENGLISH_WORD.findall(text)) >= ENGLISH_SHARE * len(words) and latin >= letters / 2
    return "en" if is_english else "und"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one language by dotted key, such as `card.page`."""

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key` with its placeholders filled in.

        :raises KeyError: for an unknown key or a missing value.
        """
        return self.texts[key].format(**values)


@cache
def load_catalogue(package: str, language: Language) -> Catalogue:
    """Load the texts of a package in a language, from its `locale/<language>.toml`."""
    table = tomllib.loads((files(package) / "locale" / f"{language}.toml").read_text("utf-8"))
    return Catalogue(language, dict(flatten_table(table)))


def flatten_table(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the strings of nested tables with their dotted keys."""
    for key, value in table.items():
        if isinstance(value, str):
            yield prefix + key, value
        else:
            yield from flatten_table(value, f"{prefix}{key}.")
