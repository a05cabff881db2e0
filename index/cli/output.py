"""Answers, sessions and people as the JSON that other programs read, and as tables for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from index.answering.rendering import render_pages
from index.models import Answer, Hit, Office, Person, PersonEntry, Session, citations_by_report

if TYPE_CHECKING:
    from rich.table import Table


def json_line(value: Any) -> bytes:
    """One JSON value as a line of UTF-8. What UTF-8 cannot hold, lone surrogates, becomes a JSON escape."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def answer_json(answer: Answer, name: str) -> dict[str, Any]:
    """An answer; `name` is the id that the question came with."""
    return {
        "id": name,
        "question": answer.question,
        "verdict": answer.verdict,
        "confidence": answer.confidence,
        "answer": answer.text,
        "citations": [
            {
                "n": citation.n,
                "quote": citation.quote,
                "passage_id": citation.passage_id,
                "section": list(citation.section),
                "pages": list(citation.pages),
                "speaker": citation.speaker,
                "reading": citation.reading,
            }
            for citation in answer.citations
        ],
        "passages": [hit_json(hit) for hit in answer.hits],
        "index": answer.index,
        "elapsed_ms": answer.elapsed_ms,
        "road": answer.road,
        "why": answer.why,
    }


def answer_text(answer: Answer, titles: Mapping[str, str], *, explain: bool = False) -> str:
    """An answer for people; where there are several reports, also which of them each quotation is from.

    `titles` are those of the reports by their names. `explain` adds which road the answer came by, and why.
    """
    groups = citations_by_report(answer.citations) if len(titles) > 1 else {}
    cited = [
        f"{titles.get(report, report)}: {' '.join(f'[{citation.n}]' for citation in citations)}"
        for report, citations in groups.items()
    ]
    why = [f"road: {answer.road}", f"why: {answer.why}"] if explain else []
    return "\n".join([answer.text, *cited, *why])


def hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "passage_id": hit.passage.id,
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "text": hit.passage.text,
        "section": list(hit.passage.section),
        "pages": list(hit.passage.pages),
    }


def session_json(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "title": session.title,
        "parent": session.parent,
        "kind": session.kind,
        "date": session.date,
        "start": session.start,
        "end": session.end,
        "section": list(session.section),
        "pages": list(session.pages),
        "moderators": [person_json(person) for person in session.moderators],
        "speakers": [person_json(person) for person in session.speakers],
        "agenda_title": session.agenda_title,
        "offices": [office_json(office) for office in session.offices],
    }


def person_json(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "role": person.role,
        "org": person.org,
        "honorific": person.honorific,
        "from_prose": person.from_prose,
    }


def office_json(office: Office) -> dict[str, Any]:
    return {**person_json(office.person), "office": office.title, "since": office.since}


def entry_json(entry: PersonEntry) -> dict[str, Any]:
    person, appearances = entry
    shown = [{"session": appearance.session, "as": appearance.capacity} for appearance in appearances]
    return {**person_json(person), "appearances": shown}


def sessions_table(sessions: Iterable[Session]) -> Table:
    from rich.table import Column, Table

    table = Table("id", "date", "time", Column("title", overflow="fold"), "moderators", "speakers", "pages")
    for session in sessions:
        time = f"{session.start}–{session.end}" if session.start else ""
        table.add_row(
            session.id,
            session.date or "",
            time,
            ("  " if session.parent else "") + session.title,
            ", ".join(person.name for person in session.moderators),
            ", ".join(person.name for person in (*session.speakers, *(office.person for office in session.offices))),
            render_pages(session.pages),
        )
    return table


def people_table(entries: Iterable[PersonEntry]) -> Table:
    from rich.table import Table

    table = Table("name", "role", "organisation", "appearances")
    for person, appearances in entries:
        shown = ", ".join(f"{appearance.session} ({appearance.capacity})" for appearance in appearances)
        table.add_row(person.name, person.role or "", person.org or "", shown)
    return table
