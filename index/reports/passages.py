"""Split a document into passages, the unit of search, and passages into sentences, the unit of quotation."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise, takewhile

from index.config import PassageOptions
from index.models import Document, Passage, SectionPath, Sentence
from index.reports.profile import FAMILY_NAMES, NAME
from index.reports.reader import BULLETS
from index.reports.table_rows import LONG_ROW, find_heads, is_head_line, is_row, split_cells
from index.text.dates import find_day
from index.text.normalization import fold_without_whitespace

# Private-use characters that mask the text for the splitter: characters of spans that stay whole (two, to tell adjacent
# spans apart), the last character of a sentence, the line break after a heading, and the line break before a heading of each
# level.
SOLID, OTHER_SOLID, SENTENCE_END, GLUE = "\ue000", "\ue001", "\ue003", "\ue002"
LEVELS = "\ue010\ue011\ue012\ue013\ue014\ue015\ue016\ue017"
SENTENCE = f"(?<={SENTENCE_END})"
CLAUSE = r"(?<=[；;])|(?<=[，,：:、])"
ANYWHERE = rf"(?<={SOLID})(?!{SOLID})|(?<={OTHER_SOLID})(?!{OTHER_SOLID})|(?<=[^{SOLID}{OTHER_SOLID}])"
WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f]+(?:['’.,&-][A-Za-z0-9\u00c0-\u024f]+)*")
# A sentence with the closing brackets after it. A line break always ends a sentence.
CJK_SENTENCE = re.compile(r"[^。！？\n]*[。！？]+[」』）)”]*|[^。！？\n]+")
# Words before a full stop that does not end a sentence, by their lengths: initials and abbreviations. One of them also stays
# in one passage with the word after it.
ABBREVIATIONS = (
    "[A-Z]|p|v",
    "Dr|Mr|Ms|St|No|Jr|Sr|vs|Lt|Mt|cf|pp|ca|al",
    r"Mrs|e\.g|i\.e|Fig|Vol|Gen|Gov|Col|Rev|Hon|Sen|Rep|Nos|Art|Sec|Inc|Ltd|Ave|Jan|Feb|Mar|Apr|Aug|Sep|Oct|Nov|Dec",
    "Prof|Capt|Dept|Corp|Univ|Sept|Figs|Vols|Arts|Secs|Para|para",
    "Assoc|Chapt",
    "approx|Messrs",
)
NO_ABBREVIATION = "".join(rf"(?<!\b(?:{words})\.)" for words in ABBREVIATIONS)
AFTER_ABBREVIATION = "|".join(rf"(?<=\b(?:{words}))\." for words in ABBREVIATIONS)
# Nor does it after the number of a list item, or before a small letter.
LATIN_SENTENCE = re.compile(rf"[^。！？\n]*?[.!?][”\")\]]*(?=\s|$)(?!\s+[a-z]){NO_ABBREVIATION}(?<!^\d\.)(?<!^\d\d\.)|.+")
IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# A line that ends with a colon introduces what follows and is no answer by itself.
LEAD_IN = re.compile(r"[：:]$")
ASKED = re.compile(r"[?？]$")
# Abbreviations and the word after each.
ABBREVIATED = re.compile(rf"{WORD.pattern}(?:(?:{AFTER_ABBREVIATION})\s{{1,3}}{WORD.pattern}){{0,4}}")
# A line that is a name or a title of names, and no sentence: at least two capitalised words.
LONE_NAME = re.compile(rf"[\W\d_]*(?:(?:Dr|Mr|Mrs|Ms|Prof)\.?\s)?{NAME}[\W_]*")
BULLET = re.compile(rf"(?:[{BULLETS}]|[-–—*](?=\s))\s*")
# A line of three ideographs that begins with a family name is a name.
IDEOGRAPH_NAME = re.compile(rf"[\W\d_]*[{FAMILY_NAMES}][\u3400-\u9fff]{{2}}[\W_]*")
LONGEST_PARENT = 200  # characters of an item that says what the items below it are about
ENDS = "。！？.!?"
# Characters of the end of a sentence that says nothing by itself, in scripts of ideographs and others. The longer ones are
# for sentences that two passages divide, the shorter ones for paragraphs that may be whole.
TAIL, LATIN_TAIL = (12, 4), (40, 20)


def split_passages(document: Document, max_characters: int) -> list[Passage]:
    """Split a document into consecutive passages that contain all of its text except the white space between them.

    A sentence is only cut if it is longer than the limit. The id of a passage depends on nothing but the report's name and
    the text, so that a link to it leads to this text in any edition of the report, or nowhere.

    :param max_characters: Upper limit for the length of a passage.
    """
    spans = [span for span in passage_spans(document, max_characters) if document.text[slice(*span)].strip()]
    tokens = unique_tokens(document.text[start:end] for start, end in spans)
    return [
        Passage(
            id=f"{document.report}:{token}",
            report=document.report,
            text=document.text[start:end],
            section=common_path(document, start, end),
            pages=document.pages(start, end),
            start=start,
            end=end,
        )
        for token, (start, end) in zip(tokens, spans, strict=True)
    ]


def unique_tokens(texts: Iterable[str]) -> list[str]:
    """Hash each text to a token of ten hexadecimal digits (40-bit BLAKE2b); its second occurrence gets `-2`, and so on."""
    counts, tokens = Counter[str](), list[str]()
    for text in texts:
        token = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=5).hexdigest()
        counts[token] += 1
        tokens.append(token if counts[token] == 1 else f"{token}-{counts[token]}")
    return tokens


def character_limit(text: str, options: PassageOptions) -> int:
    """Return the longest passage of a text by its script, in characters; ideographs and kana say more than letters."""
    is_ideographic = len(IDEOGRAPH.findall(text)) > len(WORD.findall(text))
    return options.max_characters if is_ideographic else options.max_latin_characters


def passage_spans(document: Document, limit: int) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each passage, end exclusive, without the white space around it."""
    # Imported here: the bot never splits passages and starts faster without this library.
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        separators=[*LEVELS, "\n", SENTENCE, CLAUSE, " ", ANYWHERE],
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=limit,
        chunk_overlap=0,
        strip_whitespace=False,
    )
    at = 0
    for piece in splitter.split_text(mask_unsplittable(document, limit)):
        original = document.text[at : at + len(piece)]
        lead = len(original) - len(original.lstrip())
        yield at + lead, at + len(original.rstrip())
        at += len(piece)


def mask_unsplittable(document: Document, limit: int) -> str:
    """Return the text with private-use characters in place of what the splitter must keep together or split first.

    The masked text is as long as the original, so that offsets stay the same.
    """
    masked = list(re.sub(r"[\ue000-\uf8ff]", "\ufffd", document.text))
    solid, head_lines = SOLID, find_head_lines(document)
    for paragraph in document.paragraphs:
        text = document.text[paragraph.start : paragraph.end]
        for start, end in whole_sentences(text, limit):
            whole = end - start <= limit
            for first, last in [(0, end - start)] if whole else mask_word(text[start:end], limit // 2):
                at = paragraph.start + start
                masked[at + first : at + last] = solid * (last - first)
                solid = OTHER_SOLID if solid == SOLID else SOLID
            if not is_introduction(paragraph.start in head_lines, text):
                masked[paragraph.start + end - 1] = SENTENCE_END
    for section in document.sections:
        if section.start:
            masked[section.start - 1] = LEVELS[min(section.level, len(LEVELS)) - 1]
    for paragraph in document.paragraphs:
        text = document.text[paragraph.start : paragraph.end]
        if paragraph.end < len(masked) and is_introduction(paragraph.start in head_lines, text):
            masked[paragraph.end] = GLUE
    return "".join(masked)


def find_head_lines(document: Document) -> set[int]:
    """Return where headings and lines of the heads of tables start."""
    texts = [document.text[paragraph.start : paragraph.end] for paragraph in document.paragraphs]
    return {
        paragraph.start
        for paragraph, text, heads in zip(document.paragraphs, texts, find_heads(texts), strict=True)
        if paragraph.is_heading or is_head_line(text, heads)
    }


def is_introduction(is_heading: bool, text: str) -> bool:
    """Return whether a paragraph belongs to what follows: a heading, heads of a table, or a line that ends with a colon."""
    return is_heading or bool(LEAD_IN.search(text))


def whole_sentences(text: str, limit: int) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each sentence, and of sentences that one pair of brackets holds together."""
    brackets = bracket_spans(text, limit // 2)
    first: int | None = None
    for start, end in sentence_spans(text):
        first = start if first is None else first
        if not any(opened < end < closed for opened, closed in brackets):
            yield first, end
            first = None
    if first is not None:
        yield first, len(text.rstrip())


def mask_word(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """Yield spans that must stay whole, in order and disjoint: balanced brackets, and Latin words outside them.

    :param longest: Maximum number of characters of a span; longer ones may be split.
    """
    at = 0
    for start, end in (*bracket_spans(text, longest), (len(text), len(text))):
        for word in ABBREVIATED.finditer(text, at, start):
            if word.end() - word.start() <= longest:
                yield word.span()
        if start < end:
            yield start, end
        at = end


def bracket_spans(text: str, longest: int) -> list[tuple[int, int]]:
    """Return the outermost balanced round brackets within one line; half and full width may mix.

    :param longest: Maximum number of characters of a span, brackets included.
    :return: Offsets, end exclusive, in order.
    """
    spans: list[tuple[int, int]] = []
    open_offsets: list[int] = []
    for at, character in enumerate(text):
        if character in "(（":
            open_offsets.append(at)
        elif character in ")）" and open_offsets:
            start = open_offsets.pop()
            if at + 1 - start <= longest:
                while spans and spans[-1][0] > start:
                    spans.pop()
                spans.append((start, at + 1))
        elif character == "\n":
            open_offsets.clear()
    return spans


def common_path(document: Document, start: int, end: int) -> SectionPath:
    """Return the path of the innermost section that contains the whole span."""
    paths = [p.path for p in document.paragraphs if p.start < end and p.end > start]
    levels = takewhile(lambda titles: len(set(titles)) == 1, zip(*paths, strict=False))
    return tuple(titles[0] for titles in levels)


def split_sentences(document: Document, passages: Sequence[Passage]) -> Iterator[Sentence]:
    """Yield the sentences of a document's passages in order. Every passage has at least one."""
    starts = [paragraph.start for paragraph in document.paragraphs]
    title, head_lines = fold_without_whitespace(document.title), find_head_lines(document)
    parents = list_parents(document)
    for number, passage in enumerate(passages):
        for start, end in map(partial(skip_bullet, passage.text), sentence_spans(passage.text)):
            text, at = passage.text[start:end], passage.start + start
            position = bisect_right(starts, at) - 1
            paragraph = document.paragraphs[position]
            quotable = (
                not is_introduction(paragraph.start in head_lines, text)
                and not (ASKED.search(text) and has_answer(document, parents, position))
                and says_something(text)
                and not is_tail(document, starts, at, text)
                and fold_without_whitespace(text) != title
            )
            pages = document.pages(at, passage.start + end)
            yield Sentence(number, text, paragraph.path, pages, quotable, parents[position])


def list_parents(document: Document) -> list[tuple[str, ...]]:
    """Return for each paragraph the items below which it stands in a list, outermost first.

    A bullet that occurred in the same list before is of the level that it had last; any other is one level below the item
    before, and so is every item after one that ends with a colon. A line with a colon before a list is above all its items.
    """
    parents: list[tuple[str, ...]] = []
    above: list[tuple[str, str]] = []  # bullets and texts of the items that the next one may stand below
    for paragraph in document.paragraphs:
        text = document.text[paragraph.start : paragraph.end].strip()
        bullet = BULLET.match(text)
        mark, item = (bullet[0].strip(), text[bullet.end() :]) if bullet else ("", text)
        marks = [other for other, _ in above]
        if not mark or paragraph.is_heading:
            above = []
        elif mark in marks and not LEAD_IN.search(above[-1][1]):
            above = above[: len(marks) - 1 - marks[::-1].index(mark)]
        parents.append(tuple(text for _, text in above if len(text) <= LONGEST_PARENT))
        if not paragraph.is_heading and (mark or LEAD_IN.search(text)):
            above.append((mark, item))
    return parents


def has_answer(document: Document, parents: Sequence[tuple[str, ...]], position: int) -> bool:
    """Return whether items of a list stand below a paragraph that ends with a question."""
    paragraph = document.paragraphs[position]
    text = document.text[paragraph.start : paragraph.end].strip()
    return any(above and text.endswith(above[-1]) and ASKED.search(text) for above in parents[position + 1 : position + 2])


def skip_bullet(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Return the offsets of a sentence without the bullet before it; as given if there is nothing after the bullet."""
    bullet = BULLET.match(text, *span)
    return (bullet.end(), span[1]) if bullet and bullet.end() < span[1] else span


def says_something(text: str) -> bool:
    """Return whether a text is more than a number with its unit, or a lone name. A date says something."""
    letters = sum(map(str.isalpha, text))
    is_number = letters == 0 or (letters <= 2 and any(map(str.isdecimal, text)) and not find_day(text))
    return not (is_number or LONE_NAME.fullmatch(text) or IDEOGRAPH_NAME.fullmatch(text))


def is_tail(document: Document, starts: Sequence[int], at: int, text: str) -> bool:
    """Return whether a short text is the end of a sentence that begins in the passage or paragraph before.

    :param starts: Offsets of the paragraphs.
    :param at: Offset of the text in the document.
    """
    is_ideographic = bool(IDEOGRAPH.search(text))
    own = bisect_right(starts, at) - 1
    is_first = document.paragraphs[own].start == at
    if text[-1] not in ENDS or len(text) > (TAIL if is_ideographic else LATIN_TAIL)[is_first]:
        return False
    if not at or not text[0].isalpha() or not (is_ideographic or text[0].islower()):
        return False
    if is_first and document.paragraphs[own - 1].is_heading:
        return False
    # A line break ends a paragraph. One that ends in a letter was cut within a sentence.
    last = document.text[max(0, at - 3) : at].rstrip()[-1:]
    return last.isalnum() or last in "，、,"


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each sentence, end exclusive, without the white space around it."""
    for line in re.finditer(r"[^\n]+", text):
        whole = whole_cells(line[0])
        pattern = CJK_SENTENCE if IDEOGRAPH.search(line[0]) else LATIN_SENTENCE
        ends = [match.end() for match in pattern.finditer(line[0], whole)] or [whole]
        for start, end in pairwise([0, *ends]):
            if stripped := line[0][start:end].strip():
                first = line.start() + line[0].index(stripped, start)
                yield first, first + len(stripped)


def whole_cells(line: str) -> int:
    """Return the length of the part of a line in which no sentence ends: a row, or the cells before a long text in its last.

    A question in a cell does not end its row.
    """
    if not is_row(line):
        return 0
    return len(line) if len(line) <= LONG_ROW else split_cells(line)[-1][0]


def text_in_context(piece: Passage | Sentence) -> str:
    """Return a text with its section path in front, as input for retrieval."""
    path = piece.place if isinstance(piece, Sentence) else piece.section
    return f"{' › '.join(path)}\n{piece.text}" if path else piece.text
