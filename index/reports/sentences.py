"""Passages -> sentences: what is matched with a question one by one, and what an answer quotes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.models import Document, Passage, Sentence

# A sentence of running text with the brackets that close after it; a line ends one in any case.
CJK_SENTENCE = r"[^。！？\n]*[。！？]+[」』）)”]*"
# A point after a single capital or one of these abbreviations ends no sentence.
ABBREVIATION = r"(?<![A-Z]\.)(?<!\b(?:Dr|Mr|Ms|St|No)\.)(?<!\b(?:Mrs|e\.g|i\.e)\.)(?<!\bProf\.)"
LATIN_SENTENCE = rf"[^。！？\n]*?[.!?][”\")]*(?=\s|$){ABBREVIATION}"
SENTENCE = re.compile(rf"{CJK_SENTENCE}|[^。！？\n]+")
LATIN = re.compile(rf"{LATIN_SENTENCE}|[^\n]+")
IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# A line that ends like this announces what follows; it answers nothing itself.
LEAD_IN = re.compile(r"[：:]$")


def split(document: Document, passages: Sequence[Passage]) -> Iterator[Sentence]:
    """The sentences of a document's passages, in order; every passage has at least one."""
    starts = [paragraph.start for paragraph in document.paragraphs]
    for number, passage in enumerate(passages):
        for start, end in spans(passage.text):
            text, at = passage.text[start:end], passage.start + start
            paragraph = document.paragraphs[bisect_right(starts, at) - 1]
            quotable = not paragraph.is_heading and not LEAD_IN.search(text)
            yield Sentence(number, text, paragraph.path, document.pages(at, passage.start + end), quotable)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, without the white space around it."""
    pattern = SENTENCE if IDEOGRAPH.search(text) else LATIN
    for match in pattern.finditer(text):
        if stripped := match[0].strip():
            start = match.start() + match[0].index(stripped)
            yield start, start + len(stripped)
