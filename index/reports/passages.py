"""Document -> passages: cut at the highest heading, else paragraph, else sentence, that keeps a passage within its limit.

langchain's recursive splitter does the cutting. It is given a mask of the text in which every heading begins with a
mark of its level, and in which brackets and Latin words are solid, so that it cannot cut inside one.
"""

import re
from collections.abc import Iterator
from itertools import takewhile

from langchain_text_splitters import RecursiveCharacterTextSplitter

from index.models import Document, Passage, SectionPath

# Private-use characters, which no text means anything by: two solids, so that neighbours stay apart, glue between a
# heading and what it heads, then heading levels.
SOLID, OTHER_SOLID, GLUE = "\ue000", "\ue001", "\ue002"
LEVELS = "\ue010\ue011\ue012\ue013\ue014\ue015\ue016\ue017"
# A full stop after the number that a paragraph begins with ends no sentence.
SENTENCE = rf"(?<=[。！？!?])(?![」』”）)])|(?<=[。！？!?][」』”）)])|(?<=\.)(?<!^[{SOLID}{OTHER_SOLID}]\.) "
CLAUSE = r"(?<=[；;])|(?<=[，,：:、])"
ANYWHERE = rf"(?<={SOLID})(?!{SOLID})|(?<={OTHER_SOLID})(?!{OTHER_SOLID})|(?<=[^{SOLID}{OTHER_SOLID}])"
WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f]+(?:['’.,&-][A-Za-z0-9\u00c0-\u024f]+)*")


def passages(document: Document, max_characters: int) -> list[Passage]:
    """Cut a document into passages that follow one another and hold all of its text but the white space between them."""
    cut = [span for span in spans(document, max_characters) if document.text[slice(*span)].strip()]
    return [
        Passage(
            id=f"{document.report}:{number:04d}",
            report=document.report,
            text=document.text[start:end],
            section=common_path(document, start, end),
            pages=document.pages(start, end),
            start=start,
            end=end,
        )
        for number, (start, end) in enumerate(cut, 1)
    ]


def spans(document: Document, limit: int) -> Iterator[tuple[int, int]]:
    """Start and end of each passage, without the white space around it."""
    splitter = RecursiveCharacterTextSplitter(
        separators=[*LEVELS, "\n", SENTENCE, CLAUSE, " ", ANYWHERE],
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=limit,
        chunk_overlap=0,
        strip_whitespace=False,
    )
    at = 0
    for piece in splitter.split_text(mask(document, limit)):
        original = document.text[at : at + len(piece)]
        lead = len(original) - len(original.lstrip())
        yield at + lead, at + len(original.rstrip())
        at += len(piece)


def mask(document: Document, limit: int) -> str:
    """The text, character for character, as the splitter shall see it."""
    masked = list(re.sub(r"[\ue000-\uf8ff]", "\ufffd", document.text))
    solid = SOLID
    for start, end in solids(document.text, limit // 2):
        masked[start:end] = solid * (end - start)
        solid = OTHER_SOLID if solid == SOLID else SOLID
    for section in document.sections:
        if section.start:
            masked[section.start - 1] = LEVELS[min(section.level, len(LEVELS)) - 1]
    for paragraph in document.paragraphs:
        if paragraph.is_heading and paragraph.end < len(masked):
            masked[paragraph.end] = GLUE
    return "".join(masked)


def solids(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """Spans that must stay whole, in order and apart: balanced brackets, and Latin words outside of them."""
    at = 0
    for start, end in (*brackets(text, longest), (len(text), len(text))):
        for word in WORD.finditer(text, at, start):
            if word.end() - word.start() <= longest:
                yield word.span()
        if start < end:
            yield start, end
        at = end


def brackets(text: str, longest: int) -> list[tuple[int, int]]:
    """Outermost balanced round brackets of at most `longest` characters within one line; half and full width may mix."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for at, character in enumerate(text):
        if character in "(（":
            opened.append(at)
        elif character in ")）" and opened:
            start = opened.pop()
            if at + 1 - start <= longest:
                while found and found[-1][0] > start:
                    found.pop()
                found.append((start, at + 1))
        elif character == "\n":
            opened.clear()
    return found


def common_path(document: Document, start: int, end: int) -> SectionPath:
    """The deepest heading that everything in the span stands under."""
    paths = [p.path for p in document.paragraphs if p.start < end and p.end > start]
    levels = takewhile(lambda titles: len(set(titles)) == 1, zip(*paths, strict=False))
    return tuple(titles[0] for titles in levels)
