"""Rules that a claim in other words must pass before a judge is asked: nothing in it that its sentences do not print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from index.claims.facts import (
    CALENDAR,
    Difference,
    compare_copied_words,
    compare_countries,
    compare_dates,
    compare_opposites,
    compare_quantities,
    countries_of,
)
from index.claims.near_copies import contains_run
from index.text.localization import CJK
from index.text.normalization import fold_text
from index.writing.copied_clauses import Clause, load_forms, may_stand_alone, split_clauses, write_numbers_in_digits
from index.writing.written_head import Reason

LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9'’-]*+")
DIGITS = re.compile(r"\d+(?:[.,]\d+)*+")
KATAKANA = re.compile(r"[ァ-ヺー]{3,}+(?:・[ァ-ヺー]++)*+")
# A surname before or after a title, and a name of two or three ideographs before one.
TITLED = re.compile(
    r"[一-鿿]{1,3}(?:部長|次長|主委|委員|院長|總統|總理|市長|縣長|議員|教授|博士|先生|女士|主任|執行長|董事長|理事長|秘書長|大使|署長|局長|處長)"
)
OPPOSED: dict[str, Reason] = {"degree": "degree"}
# Kinds of words that decide, which a claim must have if its clauses do, and those that it must not add.
KEPT: dict[str, Reason] = {
    "condition": "qualifier",
    "attribution": "qualifier",
    "hedge": "qualifier",
    "plan": "qualifier",
    "exception": "qualifier",
    "denial": "polarity",
    "amount": "degree",
}
ADDED: dict[str, Reason] = {"denial": "polarity", "exception": "degree", "amount": "degree"}
IDEOGRAPH = re.compile(r"[一-鿿]")
MANY = 4  # ideographs
# In Simplified characters, as folded text has them.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏"
    "谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚柯庄温蓝翁阮游简詹凌童"
)
ORGANISATIONS = frozenset("会局署部院司社团所处党校厂行盟组织构心馆")
SAME = 2  # words in a row from which a clause is one that a claim is about


class Words(NamedTuple):
    """The words of a text in canonical form, and the number of the clause of each."""

    keys: list[str]
    clauses: list[int]


def find_fault(claim: str, text: str, names: Sequence[str] = ()) -> Reason:
    """Return what of a claim its sentences do not say, "" if no rule finds anything.

    :param text: the sentences, in the language of the claim.
    :param names: people and organisations that the reports know, folded.
    """
    return next(find_faults(claim, text, names), "")


def find_faults(claim: str, text: str, names: Sequence[str]) -> Iterator[Reason]:
    yield from find_unprinted(claim, text, names)
    for found in compare_opposites(claim, text):
        yield OPPOSED.get(found.kind, "polarity") if isinstance(found, Difference) else "degree"
    for each in compare_copied_words(claim, text):
        yield "polarity" if isinstance(each, Difference) else "added"
    yield from compare_words(claim, text)
    yield from compare_deciding_words(claim, text)


def find_unprinted(claim: str, text: str, names: Sequence[str] = ()) -> Iterator[Reason]:
    """Yield numbers, dates, countries and names of a claim that a text does not print; the two may be in other languages."""
    if any(compare_dates(claim, text, "")):
        yield "date"
    if any(compare_quantities(claim, text)):
        yield "number"
    if any(compare_countries(claim, text)):
        yield "country"
    if not set(digits_of(claim)) <= set(digits_of(text)):
        yield "number"
    if any(find_unprinted_names(claim, text, names)):
        yield "name"


def digits_of(text: str) -> list[str]:
    return [digits.replace(",", "") for digits in DIGITS.findall(write_numbers_in_digits(text))]


def find_unprinted_names(claim: str, text: str, names: Sequence[str]) -> Iterator[str]:
    """Yield the names of a claim that a text does not print: Latin words, katakana, names with a title, and known names."""
    folded = fold_text(text)
    printed = set(map(fold_text, LATIN.findall(text)))
    is_latin = not CJK.search(claim)
    for match in LATIN.finditer(claim):
        word = fold_text(match[0])
        is_name = not is_latin or (match[0][0].isupper() and word not in load_forms().starts)
        if is_name and not (
            word in printed or word.removesuffix("'s") in printed or CALENDAR.match(match[0]) or countries_of(match[0])
        ):
            yield match[0]
    yield from (
        match[0] for match in KATAKANA.finditer(claim) if fold_text(match[0]) not in folded and not countries_of(match[0])
    )
    yield from (match[0] for match in TITLED.finditer(claim) if fold_text(match[0]) not in folded)
    said = fold_text(claim)
    yield from (name for name in names if name in said and name not in folded)


def words_of(clauses: Sequence[Clause]) -> Words:
    pairs = [(word, number) for number, clause in enumerate(clauses) for word, _ in clause.words]
    return Words([word for word, _ in pairs], [number for _, number in pairs])


def compare_words(claim: str, text: str) -> Iterator[Reason]:
    """Yield "order" if a claim says words of a text in another order, so that who did what may be another, and "name" if it
    adds so many ideographs in a row, or such ones, that they may be somebody's name.
    """
    mine, its = words_of(split_clauses(claim)).keys, words_of(split_clauses(text)).keys
    for tag, start, end, _, _ in SequenceMatcher(None, mine, its, autojunk=False).get_opcodes():
        said = mine[start:end] if tag in ("replace", "delete") else []
        if any(contains_run(its, said[n : n + SAME]) for n in range(len(said) - SAME + 1)) or any(
            word in its and (word[0].isdigit() or len(word) > 1) for word in said
        ):
            yield "order"
        if may_be_name("".join(word for word in said if IDEOGRAPH.match(word))):
            yield "name"


def may_be_name(added: str) -> bool:
    """Return whether ideographs that a claim adds may be a name: many, or some with a surname or as organisations end."""
    return len(added) >= MANY or (len(added) > 1 and (added[0] in SURNAMES or added[-1] in ORGANISATIONS))


def compare_deciding_words(claim: str, text: str) -> Iterator[Reason]:
    """Yield what a claim leaves out or adds of the words that decide whether the clauses that it is about hold."""
    forms = load_forms()
    said, clauses = split_clauses(claim), split_clauses(text)
    about = clauses_about(words_of(said).keys, words_of(clauses))
    if not about:
        yield "entailment"
        return
    first, last = about[0], about[-1]
    mine = " ".join(clause.text for clause in said)
    its = " ".join(clause.text for clause in clauses[first : last + 1])
    if not may_stand_alone(clauses, first, last, is_reworded=True):
        yield "qualifier"
    for kind, reason in KEPT.items():
        if forms.count_deciding(its, kind) > forms.count_deciding(mine, kind):
            yield reason
    for kind, reason in ADDED.items():
        if forms.count_deciding(mine, kind) > forms.count_deciding(its, kind):
            yield reason


def clauses_about(mine: Sequence[str], its: Words) -> list[int]:
    """Return the clauses of a text that share words in a row with a claim, ascending."""
    blocks = SequenceMatcher(None, mine, its.keys, autojunk=False).get_matching_blocks()
    return sorted({its.clauses[at] for block in blocks if block.size >= SAME for at in range(block.b, block.b + block.size)})


def compare_across_languages(claim: str, text: str) -> Reason:
    """Return what of a claim a text in another language does not say: numbers, names, and what one of the two denies or
    ascribes to somebody. Names in ideographs cannot be compared.
    """
    for fault in find_unprinted(claim, text):
        return fault
    opposed = [found for found in compare_opposites(claim, text) if isinstance(found, Difference)]
    if opposed:
        return OPPOSED.get(opposed[0].kind, "polarity")
    forms = load_forms()
    said, printed = (" ".join(clause.text for clause in split_clauses(each)) for each in (claim, text))
    kinds = [kind for kind in ("denial", "attribution") if forms.decides(said, [kind]) != forms.decides(printed, [kind])]
    return KEPT[kinds[0]] if kinds else ""
