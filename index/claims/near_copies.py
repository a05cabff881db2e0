"""Compare claims that nearly copy a sentence word by word: what they add, and which denials they leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from index.reports.table_rows import is_row
from index.text.normalization import fold_text

# Words, and single ideographs and kana.
WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:['’][a-z]+)?|\d[\d,.]*|[^\W\d_]")
NEAR = 0.8  # share of a claim's words that stand in the sentence in the same order, from which it is a near copy
SAME = 0.8  # shortest claim of some words of a sentence, as a share of them, that says something else by their order
SHORTEST, LONGEST = 5, 2  # words of a claim, and how many times as many words of the sentence it may copy from
# Words that a claim may add without saying more; numbers are compared by their values.
HARMLESS = frozenset(
    {
        *"是为的了在有也就都于由以这那其之与和及一个位名项者则便并会到从对把被说はがをにでとのもへただ〇零二三四五六七八九十百千万亿两",
        *("a", "an", "the", "of", "in", "on", "at", "to", "by", "for", "with", "as", "from", "and", "it", "its"),
        *("is", "are", "was", "were", "be", "been", "has", "have", "had", "this", "that", "these", "those"),
    }
)
DENIAL = re.compile(
    r"不|未|没|無|无|非|否|勿|ない|ません|ず$|\b(?:not|no|never|none|without|cannot|nor|neither)\b|n[’']t\b", re.IGNORECASE
)

Word = tuple[str, int, int]  # folded, with its offsets in the text


def compare_near_copy(claim: str, sentence: str) -> Iterator[tuple[str, str]]:
    """Yield what a near copy says differently: its words, and the sentence's if one of the two denies what the other says.

    The sentence's words are empty where the claim adds something.
    """
    mine, its = split_words(claim), split_words(sentence)
    if len(mine) < SHORTEST:
        return
    matcher = SequenceMatcher(None, [key for key, *_ in mine], [key for key, *_ in its], autojunk=False)
    if moved := find_moved_words(mine, its, matcher, may_reorder=not is_row(sentence)):
        yield text_between(claim, moved), ""
        return
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if sum(block.size for block in blocks) < NEAR * len(mine):
        return
    first, last = blocks[0].b, blocks[-1].b + blocks[-1].size
    if last - first > LONGEST * len(mine):
        return
    for tag, start, end, from_, to in matcher.get_opcodes():
        if tag == "equal":
            continue
        said = text_between(claim, mine[start:end])
        report = text_between(sentence, its[from_:to]) if first <= from_ and to <= last else ""
        if bool(DENIAL.search(said)) != bool(DENIAL.search(report)):
            # Alone, a word left out says nothing: `was` and `was not` do.
            around = 0 if said and report else 1
            yield (
                text_between(claim, mine[max(0, start - around) : end + around]),
                text_between(sentence, its[max(0, from_ - around) : to + around]) if first <= from_ and to <= last else "",
            )
        else:
            # A subject may stand at the end of the sentence: 於首爾召開峰會 says that 峰會於首爾召開.
            known = {key for key, *_ in its} if start == 0 else HARMLESS
            if any(key not in known | HARMLESS and not key[0].isdigit() for key, *_ in mine[start:end]):
                yield said, ""


def find_moved_words(
    mine: Sequence[Word], its: Sequence[Word], matcher: SequenceMatcher[str], *, may_reorder: bool
) -> Sequence[Word]:
    """Return words that a claim has in another place than a sentence of the same words; none if its order may say the same.

    :param may_reorder: whether what stands first or last may move: `In May, Ann spoke` says that Ann spoke in May.
    """
    known = {key for key, *_ in its}
    if any(key not in known for key, *_ in mine):
        return ()
    blocks = matcher.get_matching_blocks()[:-1]
    if len(mine) < SAME * (blocks[-1].b + blocks[-1].size - blocks[0].b):
        return ()
    changed = [opcode[1:3] for opcode in matcher.get_opcodes() if opcode[0] != "equal"]
    moved = [(start, end) for start, end in changed if start < end]
    if not moved:
        return ()
    words = mine[slice(*moved[0])]
    is_whole = len(moved) == 1 and contains_run([key for key, *_ in its], [key for key, *_ in words])
    is_at_an_end = changed[0][0] == 0 or changed[-1][1] == len(mine)
    return () if may_reorder and is_whole and is_at_an_end else words


def contains_run(keys: Sequence[str], run: Sequence[str]) -> bool:
    """Return whether some keys stand one after the other among others."""
    return any(keys[at : at + len(run)] == run for at in range(len(keys) - len(run) + 1))


def split_words(text: str) -> list[Word]:
    """Return the words of a text, folded, with their offsets."""
    folded = fold_text(text)
    is_aligned = len(folded) == len(text)
    return [
        (folded[match.start() : match.end()] if is_aligned else fold_text(match[0]), match.start(), match.end())
        for match in WORD.finditer(text)
    ]


def text_between(text: str, words: Sequence[Word]) -> str:
    """Return a text from the first of some words to the last."""
    return text[words[0][1] : words[-1][2]] if words else ""
