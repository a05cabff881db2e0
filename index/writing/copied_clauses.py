"""Tell whether a claim says in the words of a sentence what whole clauses of it say.

A claim may leave out clauses before and after, words in brackets and openings that only join, and use other forms of the
same words. It adds no word, and leaves out no clause that decides whether, or by whose word, the others hold.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby

from index.claims.opposites import word_pattern
from index.claims.quantities import PATTERNS, read_quantity
from index.claims.statements import NUMBERING
from index.text.aliases import is_word_apart
from index.text.dates import FULL_WIDTH
from index.text.normalization import FIRST_UNSPACED, fold_text

# Folded text: words, numbers, single ideographs and kana, and the marks that part clauses, sentences and brackets.
WORD_OR_MARK = re.compile(r"[^\W\d_\u3005-\u9fff]+(?:['’][a-z]+)?|#?\d+(?:[.,]\d+)*+|[^\W\d_]|[%,;:.!?。()\[\]〔〕]")
CLAUSE_MARKS, SENTENCE_MARKS = frozenset(",;:"), frozenset(";.!?。")
OPENING, CLOSING = frozenset("([〔"), frozenset(")]〕")
COUNTERS = frozenset("個个")  # after which ideographs are a number
SIGNS = frozenset("%")  # that say as much as words
SHORTEST = 6  # letters of a claim; fewer say too little
RELATIVE = frozenset(
    {"which", "who", "where", "whose", "while", "whereas"}
)  # begin clauses that are no part of the one before
# Words of these kinds decide about the clauses around; those of some kinds also about clauses before them.
BEFORE = ("condition", "attribution", "hedge", "plan", "denial", "exception")
AFTER = ("condition", "attribution", "hedge", "denial", "exception")
AFTER_JOINED = ("condition", "attribution", "exception")
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forms:
    """The table `forms.toml`, folded.

    :param synonyms: the canonical form of each word that has several; words that decide stay as they are.
    :param words: all these words by their first character, longest first.
    :param deciding: patterns of the words that decide, by kind.
    :param harmless: pattern of words that hold such a word and decide nothing.
    :param starts: words that begin an English sentence with a capital letter and are no names.
    """

    synonyms: dict[str, str]
    words: dict[str, tuple[str, ...]]
    empty: frozenset[str]
    joining: tuple[Key, ...]
    reasoning: tuple[Key, ...]
    pointing: tuple[Key, ...]
    movable: tuple[Key, ...]
    deciding: dict[str, re.Pattern[str]]
    harmless: re.Pattern[str]
    starts: frozenset[str]

    def tokens(self, folded: str) -> list[str]:
        """Return the words of a folded text, each in its canonical form, and its marks."""
        unified, at = "", 0
        while at < len(folded):
            word = self._word_at(folded, at)
            form = self.synonyms.get(word, word)
            unified += f" {form} " if len(word) > 1 and word[0] < FIRST_UNSPACED else form
            at += len(word)
        return [token.replace(",", "") if token[-1].isdigit() else token for token in WORD_OR_MARK.findall(unified)]

    def _word_at(self, folded: str, at: int) -> str:
        """Return the longest word of the table that stands at an offset, or else the character there."""
        for word in self.words.get(folded[at], ()):
            if folded.startswith(word, at) and is_word_apart(folded, at, at + len(word)):
                return word
        return folded[at]

    def decides(self, text: str, kinds: Iterable[str]) -> bool:
        """Return whether a text in canonical form has a word that decides, of some kinds."""
        return any(self.count_deciding(text, kind) for kind in kinds)

    def count_deciding(self, text: str, kind: str) -> int:
        """Return how many words that decide, of one kind, a text in canonical form has."""
        return len(self.deciding[kind].findall(self.harmless.sub("", text)))


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence between marks.

    :param words: canonical forms, each with whether it stands in brackets, without an opening that only joins.
    :param opening: number of words that only reason, at the start.
    :param is_joined: whether it had any opening.
    :param text: all of it, in canonical form.
    :param end: the mark after it; empty at the end of the text.
    """

    words: tuple[tuple[str, bool], ...]
    opening: int
    is_joined: bool
    text: str
    end: str

    @property
    def ends_sentence(self) -> bool:
        return not self.end or self.end in SENTENCE_MARKS

    @property
    def stands_apart(self) -> bool:
        """Whether it is plainly no part of the clause before it."""
        return self.is_joined or self.words[0][0] in RELATIVE or not self.text[0].isascii()


@cache
def load_forms() -> Forms:
    """Load `forms.toml`."""
    table = tomllib.loads((files("index.writing") / "forms.toml").read_text("utf-8"))
    deciding = {kind: tuple(map(fold_text, words)) for kind, words in table["deciding"].items()}
    synonyms = {word: word for words in deciding.values() for word in words}
    synonyms |= {fold_text(word): fold_text(row[0]) for row in table["synonyms"] for word in row}
    empty = frozenset(map(fold_text, table["empty"]))
    patterns = {kind: word_pattern(words) for kind, words in deciding.items()}
    harmless = word_pattern(tuple(map(fold_text, table["harmless"])))
    longest = sorted(synonyms, key=len, reverse=True)
    words = {first: tuple(word for word in longest if word[0] == first) for first in {word[0] for word in longest}}
    plain = Forms(synonyms, words, empty, (), (), (), (), patterns, harmless, frozenset(table["starts"]))

    def keys(name: str) -> tuple[Key, ...]:
        return tuple(sorted({tuple(plain.tokens(fold_text(word))) for word in table[name]}, key=len, reverse=True))

    return replace(
        plain, joining=keys("joining"), reasoning=keys("reasoning"), pointing=keys("pointing"), movable=keys("movable")
    )


@lru_cache(256)
def split_clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text, in order."""
    clauses: list[Clause] = []
    words: list[tuple[str, bool]] = []
    depth = 0
    for token in [*load_forms().tokens(fold_text(write_numbers_in_digits(NUMBERING.sub("", text)))), ""]:
        if token in OPENING or (token in CLOSING and depth):
            depth += 1 if token in OPENING else -1
        elif not token or (not depth and token in CLAUSE_MARKS | SENTENCE_MARKS):
            clause = make_clause(words, token) if words else None
            clauses += [clause] if clause and clause.words else []
            words = []
        elif token[-1].isalnum() or token in SIGNS:
            words.append((token, depth > 0))
    return tuple(clauses)


def make_clause(words: Sequence[tuple[str, bool]], end: str) -> Clause:
    forms, keys = load_forms(), tuple(word for word, _ in words)
    joining = count_opening(keys, forms.joining)
    reasoning = count_opening(keys[joining:], forms.reasoning)
    said = [
        [each for each in part if each[0] not in forms.empty]
        for part in (words[joining:][:reasoning], words[joining + reasoning :])
    ]
    return Clause((*said[0], *said[1]), len(said[0]), bool(joining or reasoning), join_words(keys), end)


def count_opening(words: Key, openings: Iterable[Key]) -> int:
    """Return the number of words of the longest opening with which some words begin; 0 if there are no more words."""
    return next((len(key) for key in openings if words[: len(key)] == key and len(words) > len(key)), 0)


def join_words(words: Iterable[str]) -> str:
    """Join words, with spaces around those of scripts that have spaces."""
    text = ""
    for word in words:
        text += f" {word}" if text and min(text[-1], word[0]) < FIRST_UNSPACED else word
    return text


def write_numbers_in_digits(text: str) -> str:
    """Return a text with its numbers in digits without scales, and shares in per cent."""
    plain, pieces, at = text.translate(FULL_WIDTH), list[str](), 0
    for match in PATTERNS.finditer(plain):
        if quantity := read_quantity(match, plain, bare=plain[match.end() : match.end() + 1] in COUNTERS):
            mark = "#" if quantity.unit.startswith("#") else ""
            share = "%" if quantity.unit == "percent" and quantity.end == match.end() else ""
            comma = "," if match[0].rstrip().endswith(",") else ""
            pieces += [plain[at : match.start()], f" {mark}{quantity.value:.12g}{share}{comma} "]
            at = match.end()
    return "".join([*pieces, plain[at:]])


def find_copied(claim: str, texts: Sequence[str]) -> tuple[int, ...]:
    """Return which texts say a claim: each sentence of it is made of whole clauses of one of them, in its words.

    :return: numbers of texts, from 0, those used alone; empty if a sentence of the claim is made of no text's clauses.
    """
    sources, used = [split_clauses(text) for text in texts], list[tuple[int, int]]()
    for part in split_sentences(split_clauses(claim)):
        runs = ((n, run) for n, clauses in enumerate(sources) for run in find_runs(part, clauses))
        if used and points_back(part):
            runs = ((n, run) for n, run in runs if used[-1] == (n, run.start - 1))
        said = next(runs, None)
        if said is None:
            return ()
        used.append((said[0], said[1].stop - 1))
    return tuple(dict.fromkeys(n for n, _ in used))


def points_back(sentence: Sequence[Clause]) -> bool:
    """Return whether a sentence begins with a word that stands for something in one before it."""
    return bool(sentence) and bool(count_opening(tuple(word for word, _ in sentence[0].words), load_forms().pointing))


def split_sentences(clauses: Sequence[Clause]) -> list[list[Clause]]:
    """Group clauses by the sentences that they form."""
    sentences: list[list[Clause]] = [[]]
    for clause in clauses:
        sentences[-1].append(clause)
        if clause.ends_sentence:
            sentences.append([])
    return [sentence for sentence in sentences if sentence]


def find_runs(part: Sequence[Clause], clauses: Sequence[Clause]) -> Iterator[range]:
    """Yield the runs of clauses that a sentence of a claim is made of."""
    said = [[word for word, _ in clause.words] for clause in part]
    orders = [said, [*said[1:], said[0]]] if is_movable(part[0]) else [said]
    wanted = [[word for words in order for word in words] for order in orders]
    if len("".join(wanted[0])) < SHORTEST:
        return
    for first in range(len(clauses)):
        for last in range(first, len(clauses)):
            run = clauses[first : last + 1]
            turned = [*run[1:], run[0]] if is_movable(run[0]) else run
            if may_stand_alone(clauses, first, last) and any(
                matches(each, order) for each in wanted for order in (run, turned)
            ):
                yield range(first, last + 1)


def is_movable(clause: Clause) -> bool:
    """Return whether a clause may stand before or after what it goes with."""
    return bool(count_opening(tuple(word for word, _ in clause.words), load_forms().movable))


def may_stand_alone(clauses: Sequence[Clause], first: int, last: int, *, is_reworded: bool = False) -> bool:
    """Return whether no clause that is left out of the first and the last sentence of a run decides about the run.

    :param is_reworded: whether the claim is in other words, so that it may begin or end within a clause.
    """
    forms = load_forms()
    before = next((n for n in range(first - 1, -1, -1) if clauses[n].ends_sentence), -1) + 1
    after = next((n for n in range(last, len(clauses)) if clauses[n].ends_sentence), last) + 1
    earlier, later = clauses[before:first], clauses[last + 1 : after]
    if clauses[after - 1].end == "?" or any(each.end == ":" or forms.decides(each.text, BEFORE) for each in earlier):
        return False
    is_cut = (earlier and not clauses[first].stands_apart) or (later and not later[0].stands_apart)
    if is_cut and not is_reworded:
        return False
    return not any(forms.decides(each.text, AFTER_JOINED if each.is_joined else AFTER) for each in later)


def matches(wanted: Sequence[str], run: Sequence[Clause]) -> bool:
    """Return whether clauses say some words and no others, but for what may be left out."""
    forms, reached = load_forms(), {0}
    for clause in run:
        for n, (is_bracketed, group) in enumerate(groupby(clause.words[clause.opening :], key=lambda each: each[1])):
            if not n and clause.opening:
                reached |= advance(wanted, reached, [word for word, _ in clause.words[: clause.opening]])
            words = [word for word, _ in group]
            may_go = is_bracketed and not forms.decides(join_words(words), BEFORE)
            reached = advance(wanted, reached, words) | (reached if may_go else set())
    return len(wanted) in reached


def advance(wanted: Sequence[str], reached: Iterable[int], words: Sequence[str]) -> set[int]:
    """Return the positions that are reached from others by some words."""
    return {at + len(words) for at in reached if list(wanted[at : at + len(words)]) == list(words)}
