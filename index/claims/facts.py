"""Compare what a claim states with sentences: dates, numbers, countries, names, and words that exclude each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.claims.near_copies import compare_near_copy
from index.claims.opposites import find_sides, load_opposites, load_strong_words
from index.claims.quantities import Quantity, find_quantities
from index.text.dates import MONTH, WrittenDate, find_dates
from index.text.gazetteer import country_spellings, find_countries
from index.text.normalization import fold_text, fold_without_whitespace, name_key

# Units that count things, of which people say one for another: 78 members, 78 countries. Of the others each is its own.
COUNTED = frozenset(
    {
        *("person", "country", "item", "session", "group", "organisation", "region", "document"),
        *("seat", "kind", "child", "bird", "vehicle", "school", "household"),
    }
)
DENIAL = "denial"  # opposites that prove no contradiction
OWN_COUNTRY = re.compile("我國|我国|本國|本国|わが国|我が国|our country|the country", re.IGNORECASE)
# Names in Latin letters: acronyms, and words with a capital that do not begin a sentence.
NAME = re.compile(r"(?<![A-Za-z])(?:[A-Z]{3,}[A-Za-z0-9-]*|[A-Z][a-zà-ÿ-]+(?:\s+[A-Z][a-zà-ÿ-]+)*)")
CALENDAR = re.compile(rf"{MONTH}|(?:mon|tues|wednes|thurs|fri|satur|sun)day", re.IGNORECASE)
ARTICLE = re.compile(r"^(?:The|A|An)\s+")
SENTENCE_START = re.compile(r"(?:^|[.!?。！？]\s*|[「“\"]\s*)$")


@dataclass(frozen=True, slots=True)
class Difference:
    """What a claim says, what the report says instead, each as written, and what they differ in, such as "number"."""

    said: str
    report: str
    kind: str


@dataclass(frozen=True, slots=True)
class FactCheck:
    """What sentences give differently from a claim, and what of the claim they do not give at all, as written."""

    differences: tuple[Difference, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        return not (self.differences or self.missing)


def compare_facts(claim: str, sentences: str, context: str = "", common: frozenset[str] = frozenset()) -> FactCheck:
    """Compare a claim with what one or two neighbouring sentences say.

    :param sentences: one or two neighbouring sentences.
    :param context: headings and passage around them, of which only the year counts.
    :param common: folded names that stand all over the report, which a sentence need not repeat.
    """
    found = [
        *compare_dates(claim, sentences, context),
        *compare_quantities(claim, sentences),
        *compare_countries(claim, sentences),
        *find_missing_names(claim, sentences, common),
        *compare_opposites(claim, sentences),
        *compare_copied_words(claim, sentences),
    ]
    differences = (each for each in found if isinstance(each, Difference))
    return FactCheck(tuple(differences), tuple(dict.fromkeys(each for each in found if isinstance(each, str))))


def compare_dates(claim: str, sentences: str, context: str) -> Iterator[Difference | str]:
    """Yield the dates of a claim that differ or are missing."""
    given = find_dates(sentences)
    years = {date.year for date in (*given, *find_dates(context)) if date.year}
    for date in find_dates(claim):
        written = claim[date.start : date.end]
        agreeing = [other for other in given if date.agrees(other)]
        lacking = [lacking_parts(date, other) for other in agreeing]
        if any(not parts or (parts == {0} and date.year in years) for parts in lacking):
            continue
        rivals = [other for other in given if any(a and b for a, b in zip(date.parts, other.parts, strict=True))]
        if agreeing or not rivals:
            yield written
        else:
            rival = max(rivals, key=lambda other: shared_parts(date, other))
            yield Difference(written, sentences[rival.start : rival.end], "date")


def lacking_parts(date: WrittenDate, other: WrittenDate) -> set[int]:
    """Return which parts of a date another one does not give: 0 for the year, 1 for the month, 2 for the day."""
    return {n for n, (mine, its) in enumerate(zip(date.parts, other.parts, strict=True)) if mine and not its}


def shared_parts(date: WrittenDate, other: WrittenDate) -> int:
    return sum(mine is not None and mine == its for mine, its in zip(date.parts, other.parts, strict=True))


def compare_quantities(claim: str, sentences: str) -> Iterator[Difference | str]:
    """Yield the numbers of a claim that differ or are missing; without the same unit, no number differs."""
    given = quantities_of(sentences, bare=True)
    for quantity in quantities_of(claim):
        written = claim[quantity.start : quantity.end].strip()
        fitting = [other for other in given if quantity.admits(other)]
        if any(is_same_unit(quantity, other) for other in fitting) or quantity.is_one:
            continue
        rivals = [other for other in given if other.unit == quantity.unit and quantity.unit.strip("#")]
        if rivals:
            yield Difference(written, sentences[rivals[0].start : rivals[0].end].strip(), "number")
        else:
            yield written


def quantities_of(text: str, *, bare: bool = False) -> tuple[Quantity, ...]:
    return find_quantities(text, ((date.start, date.end) for date in find_dates(text)), bare=bare)


def is_same_unit(quantity: Quantity, other: Quantity) -> bool:
    """Return whether two equal numbers may count the same; one without a unit may count anything."""
    if quantity.unit == other.unit or "" in (quantity.unit, other.unit):
        return True
    if quantity.unit.startswith("#") and other.unit.startswith("#"):
        return "#" in (quantity.unit, other.unit)
    return quantity.unit in COUNTED and other.unit in COUNTED


def compare_countries(claim: str, sentences: str) -> Iterator[Difference | str]:
    """Yield the countries of a claim that the sentences do not name; if they name others, the first of those differs."""
    named, given = countries_of(claim), countries_of(sentences)
    absent = sorted(named - given)
    if not absent or (OWN_COUNTRY.search(sentences) and len(absent) == 1):
        return
    others = sorted(given - named)
    for country in absent:
        written = spelling_of(country, claim)
        yield Difference(written, spelling_of(others[0], sentences), "country") if others else written


def countries_of(text: str) -> set[str]:
    """Return the countries that a text names, itself or by a city, by their English names."""
    return {term.value for term in find_countries(name_key(text)) if term.meaning == "country"}


def spelling_of(country: str, text: str) -> str:
    """Return a country by the spelling that a text uses, or else its English name."""
    folded = fold_text(text)
    spellings = sorted((country, *country_spellings(country)), key=len, reverse=True)
    return next((name for name in spellings if fold_text(name) in folded), country)


def find_missing_names(claim: str, sentences: str, common: frozenset[str]) -> Iterator[str]:
    """Yield the names in Latin letters of a claim that the sentences do not print.

    If the sentences are in another script, names may be printed in it, so only acronyms count.
    """
    folded, is_latin = fold_without_whitespace(sentences), sum(map(str.isascii, sentences)) > len(sentences) / 2
    for match in NAME.finditer(claim):
        name = ARTICLE.sub("", match[0])
        is_first_word = " " not in name and SENTENCE_START.search(claim[: match.start()])
        if CALENDAR.match(name) or (not name.isupper() and (is_first_word or not is_latin)):
            continue
        words = [fold_without_whitespace(word) for word in name.split()]
        is_given = all(word in folded for word in words) or any(initials in folded for initials in acronyms(name))
        if not (is_given or set(words) <= common or countries_of(name)):
            yield name


def acronyms(name: str) -> Sequence[str]:
    """Return the folded acronym of a name of several words, if it has several."""
    initials = "".join(word[0] for word in name.split()).lower()
    return [initials] if len(initials) > 2 else []


def compare_opposites(claim: str, sentences: str) -> Iterator[Difference | str]:
    """Yield words of a claim whose opposite the sentences say, and strong words that they do not say."""
    folded, given = fold_text(claim), fold_text(sentences)
    for opposites in load_opposites():
        said = dict(find_sides(opposites, folded))
        if not said:
            continue
        printed = dict(find_sides(opposites, given))
        if printed and not said.keys() & printed.keys():
            (_, mine), (_, its) = min(said.items()), min(printed.items())
            said_word = written(claim, folded, mine)
            is_denial = opposites.kind == DENIAL
            yield said_word if is_denial else Difference(said_word, written(sentences, given, its), opposites.kind)
    for strong, needed in load_strong_words():
        if (match := strong.search(folded)) and not needed.search(given):
            yield written(claim, folded, match)


def compare_copied_words(claim: str, sentences: str) -> Iterator[Difference | str]:
    """Yield what a claim that nearly copies the sentences adds, and where it denies what they say or says what they deny."""
    for said, report in compare_near_copy(claim, sentences):
        if report:
            yield Difference(said, report, "polarity")
        else:
            yield said


def written(text: str, folded: str, match: re.Match[str]) -> str:
    """Return a match in folded text as the text has it, as far as folding kept the offsets."""
    return text[match.start() : match.end()] if len(text) == len(folded) else match[0]
