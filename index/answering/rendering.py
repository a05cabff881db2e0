"""Render an answer as plain text: the verdict, the quotations with their locations, or the nearest sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import get_args

from index.models import SEVERAL, Answer, Citation, Hit, Passage, Person, ReportInfo, Session, Verdict
from index.structured_qa.rules import StructuredResult
from index.structured_qa.source_lines import SourceQuote
from index.text.localization import CJK, Catalogue, Language, load_catalogue

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
CITED = re.compile(r"^\[(\d+)\]", re.MULTILINE)  # the number before a quotation


def load_phrases(language: Language) -> Catalogue:
    """Load the message catalogue of answers in a language."""
    return load_catalogue("index.answering", language)


def render_answer(
    verdict: Verdict,
    citations: Sequence[Citation],
    hits: Sequence[Hit],
    words: Catalogue,
    lead: str | None = None,
    absent: Sequence[str] = (),
) -> str:
    """Render an answer from passages.

    :param lead: The answer in short, which comes first; None for none.
    :param absent: years and countries that the question names and the reports do not.
    """
    missing = words("passages.absent", names=words("structure.and").join(absent)) if absent else ""
    lines = [" ".join(lead.split()) if lead else missing + words(f"passages.{verdict}")]
    for citation in citations:
        speaker = words("passages.speaker", name=citation.speaker) if citation.speaker else ""
        reading = words("passages.reading", reading=citation.reading) if citation.reading else ""
        lines.append(
            f"[{citation.n}] {speaker}{quote_text(citation.quote, words)}{render_location(citation, words)}{reading}"
        )
    if not citations:
        sections = dict.fromkeys(hit.passage.section for hit in hits if hit.passage.section)
        if sections:
            lines.append(
                words("passages.nearest") + words("passages.between").join(" › ".join(path) for path in list(sections)[:2])
            )
    return "\n".join(lines)


def render_source(source: ReportInfo, passages: Iterable[Passage], words: Catalogue) -> str:
    """Return what is known of a report as a publication, in one line."""
    source = source.in_language(words.language)
    pages = max((passage.pages[1] for passage in passages if passage.report == source.report), default=0)
    details = [
        words(f"source.{key}", text=text)
        for key, text in (
            ("publisher", source.publisher),
            ("source", source.source),
            ("licence", source.licence),
            ("pages", pages),
        )
        if text
    ]
    between = words("source.between")
    return words("source.report", title=source.title, details=between.join(details)) if details else source.title


def join_answers(message: str, answers: Sequence[Answer], words: Catalogue) -> Answer:
    """Return the answers to the questions of one message as one: numbered, with their citations and hits in order.

    :param answers: at least one; the best verdict is that of the whole.
    """
    best = min(answers, key=lambda answer: (VERDICTS.index(answer.verdict), -answer.confidence))
    texts, citations = [], list[Citation]()
    for n, answer in enumerate(answers, 1):
        first = len(citations)
        texts.append(f"{n}. {renumber_citations(answer.text, first)}")
        citations += [replace(citation, n=first + citation.n) for citation in answer.citations]
    direct = [answer.found or answer.lead or words(f"passages.{answer.verdict}") for answer in answers]
    passages = dict.fromkeys(
        hit.passage for hits in zip_longest(*(answer.hits for answer in answers)) for hit in hits if hit
    )
    scores = {hit.passage: hit.score for answer in answers for hit in answer.hits}
    return replace(
        best,
        question=message,
        text="\n\n".join(texts),
        citations=tuple(citations),
        hits=tuple(Hit(passage, rank, scores[passage]) for rank, passage in enumerate(passages, 1)),
        elapsed_ms=round(sum(answer.elapsed_ms for answer in answers), 2),
        road=SEVERAL,
        understood="",
        lead=words("passages.several").join(f"{n}. {' '.join(text.split())}" for n, text in enumerate(direct, 1)),
    )


def renumber_citations(text: str, shift: int) -> str:
    """Return the text of an answer with the numbers before its quotations increased by `shift`."""
    return CITED.sub(lambda match: f"[{shift + int(match[1])}]", text)


def quote_text(text: str, words: Catalogue) -> str:
    """Return a text in the quotation marks of the catalogue's language."""
    return f"{words('passages.open')}{text}{words('passages.close')}"


def render_location(citation: Citation, words: Catalogue) -> str:
    """Return the section and the pages of a citation in brackets, as far as there are any."""
    if not citation.pages[0]:
        return words("passages.section", section=" › ".join(citation.section)) if citation.section else ""
    key = "passages.place" if citation.section else "passages.page"
    return words(key, section=" › ".join(citation.section), pages=render_pages(citation.pages))


def render_pages(pages: tuple[int, int]) -> str:
    """Return a page range as `8` or `8–9`; empty for a report without pages.

    :param pages: first and last page, both inclusive.
    """
    first, last = pages
    if not first:
        return ""
    return str(first) if first == last else f"{first}–{last}"


def render_structured_answer(
    finding: StructuredResult,
    quotes: Sequence[SourceQuote],
    sessions: Mapping[str, Session],
    language: Language,
) -> str:
    """Render a structured answer: a summary line, then the source lines, each with its location."""
    words = load_phrases(language)
    lines = [summary_line(finding, sessions, words)]
    for quote in quotes:
        capacity = words(f"structure.{quote.capacity}") if quote.capacity else ""
        quoted = words("structure.and").join(quote_text(line, words) for line in quote.citation.quote.split("\n"))
        lines.append(f"[{quote.citation.n}] {capacity}{quoted}{render_location(quote.citation, words)}")
    return "\n".join(lines)


def render_post(person: Person) -> str:
    """Return the role and the organisation of a person as their language orders them; empty if the report states neither."""
    stated = list(filter(None, (person.role, person.org)))
    return "".join(reversed(stated)) if CJK.search("".join(stated)) else ", ".join(stated)


def summary_line(finding: StructuredResult, sessions: Mapping[str, Session], words: Catalogue) -> str:
    """Return the result in one line."""

    def render_session(session: Session) -> str:
        """Return the title of a session with its date and time."""
        parent = sessions.get(session.parent or "")
        title = f"{parent.title} › {session.title}" if parent else session.title
        times = f" {session.start}–{session.end}" if session.start else ""
        return words("structure.dated", title=title, when=f"{session.date}{times}") if session.date else title

    between = words("structure.between")
    if finding.sessions:
        kind = "date" if finding.dating else "one session" if len(finding.sessions) == 1 else "sessions"
        listed, count = finding.sessions, len(finding.sessions)
    else:
        count = len({part.person.name for part in finding.parts})
        kind = "one person" if count == 1 else "people"
        listed = finding.about
    person = finding.parts[0].person if kind == "one person" else None
    summary = (
        words("structure.post", name=person.name, post=post)
        if person and (post := render_post(person))
        else words(f"structure.{kind}", sessions=between.join(map(render_session, listed)), count=count)
    )
    return (
        words("structure.about", sessions=between.join(map(render_session, listed)), told=summary)
        if finding.about
        else summary
    )
