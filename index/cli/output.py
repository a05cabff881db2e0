"""How commands write: answers, sessions and people as JSON and as tables, figures as tables, progress as bars."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from index.answering.rendering import render_pages
from index.models import Answer, Citation, Hit, Office, Person, PersonEntry, Session, citations_by_report

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID
    from rich.table import Table

    from index.claims.claim_check import CheckedStatement
    from index.cli.question_sets import MeasuredSet
    from index.evaluation.metrics import Figure, Outcome
    from index.evaluation.written_answers import WrittenFigures
    from index.indexing.corpus_encoder import Progress
    from index.writing.writer import Writing

BRIEF = ("recall@1", "recall@5", "MRR", "answers with all keys", "answerable, answered")
STAGES = {
    "read": "reading the reports",
    "model": "loading the model",
    "encode": "encoding sentences",
    "expand": "encoding what was written about them",
    "write": "writing the index",
    "verify": "verifying by searching",
    "measure": "answering held-out questions",
    "convert": "converting pages",
    "draft": "drafting questions about passages",
    "adapt": "moving questions towards the report",
    "search": "asking about held-out articles",
    "train": "training",
}


def json_line(value: Any) -> bytes:
    """Serialise a value as one line of UTF-8 JSON. Lone surrogates, which UTF-8 cannot represent, become JSON escapes."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def answer_json(answer: Answer, name: str) -> dict[str, Any]:
    """Convert an answer into a JSON object.

    :param name: The id of the question in its batch, or an empty string.
    """
    return {
        "id": name,
        "question": answer.question,
        "verdict": answer.verdict,
        "confidence": answer.confidence,
        "answer": answer.text,
        "lead": answer.lead,
        "citations": list(map(citation_json, answer.citations)),
        "passages": [hit_json(hit) for hit in answer.hits],
        "index": answer.index,
        "elapsed_ms": answer.elapsed_ms,
        "road": answer.road,
        "why": answer.why,
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    """Convert a citation into a JSON object."""
    return {
        "n": citation.n,
        "quote": citation.quote,
        "passage_id": citation.passage_id,
        "section": list(citation.section),
        "pages": list(citation.pages),
        "speaker": citation.speaker,
        "reading": citation.reading,
        "spans": [list(span) for span in citation.spans],
    }


def written_json(writing: Writing | None) -> dict[str, Any]:
    """Convert what a language model wrote for an answer into the keys that it adds to the answer's object."""
    head = writing.head if writing else None
    lines = [{"text": line.text, "citations": list(line.citations)} for line in head.lines] if head else None
    return {
        "written": lines,
        "written_citations": list(map(citation_json, head.citations)) if head else None,
        "writing": writing.outcome if writing else None,
    }


def check_json(statement: str, checked: Sequence[CheckedStatement], name: str) -> dict[str, Any]:
    """Convert the check of a text, as a whole, into a JSON object."""
    from index.claims.claim_check import overall_mark

    mark, difference = overall_mark(checked)
    return {
        "id": name,
        "statement": statement,
        "mark": mark,
        "citations": [citation_json(citation) for each in checked for citation in each.citations],
        "difference": asdict(difference) if difference else None,
    }


def check_text(checked: Sequence[CheckedStatement]) -> str:
    """Format checked statements as text: each with its mark and the sentences of the report about it."""
    lines: list[str] = []
    for each in checked:
        lines.append(f"{each.mark}: {each.statement}")
        if each.difference:
            lines.append(f"  {each.difference.kind}: {each.difference.said} / {each.difference.report}")
        lines += [
            f"  [{citation.n}] {citation.quote} ({' › '.join(citation.section)}, p. {citation.pages[0]})"
            for citation in each.citations
        ]
    return "\n".join(lines) or "no statement to check"


def answer_text(answer: Answer, titles: Mapping[str, str], *, explain: bool = False) -> str:
    """Format an answer as text. With several reports, it lists the citations of each.

    :param titles: Titles of the reports by name.
    :param explain: Whether to add `Answer.road` and `Answer.why`.
    """
    groups = citations_by_report(answer.citations) if len(titles) > 1 else {}
    citation_lines = [
        f"{titles.get(report, report)}: {' '.join(f'[{citation.n}]' for citation in citations)}"
        for report, citations in groups.items()
    ]
    why = [f"road: {answer.road}", f"why: {answer.why}"] if explain else []
    return "\n".join([answer.text, *citation_lines, *why])


def hit_json(hit: Hit) -> dict[str, Any]:
    """Convert a passage that was retrieved for a question into a JSON object."""
    return {
        "passage_id": hit.passage.id,
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "text": hit.passage.text,
        "section": list(hit.passage.section),
        "pages": list(hit.passage.pages),
    }


def session_json(session: Session) -> dict[str, Any]:
    """Convert a session into a JSON object."""
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
    """Convert a person into a JSON object."""
    return {
        "name": person.name,
        "role": person.role,
        "org": person.org,
        "honorific": person.honorific,
        "from_prose": person.from_prose,
    }


def office_json(office: Office) -> dict[str, Any]:
    """Convert an office and its holder into a JSON object."""
    return {**person_json(office.person), "office": office.title, "since": office.since}


def entry_json(entry: PersonEntry) -> dict[str, Any]:
    """Convert a person and their appearances into a JSON object."""
    person, appearances = entry
    appearance_values = [{"session": appearance.session, "as": appearance.capacity} for appearance in appearances]
    return {**person_json(person), "appearances": appearance_values}


def sessions_table(sessions: Iterable[Session]) -> Table:
    """Build a table of sessions, with parts indented."""
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
    """Build a table of people and their appearances."""
    from rich.table import Table

    table = Table("name", "role", "organisation", "appearances")
    for person, appearances in entries:
        sessions = ", ".join(f"{appearance.session} ({appearance.capacity})" for appearance in appearances)
        table.add_row(person.name, person.role or "", person.org or "", sessions)
    return table


def print_sets(sets: Iterable[MeasuredSet], console: Console) -> None:
    """Print the figures of question sets, a table each as soon as it is measured."""
    from rich.table import Table

    for measured in sets:
        table = Table("figure", "value", "95 % interval", "questions", title=measured.name)
        table.caption = "texts were written about it" if measured.is_written_about else "nothing was written about it"
        for name, figure in measured.figures.items():
            table.add_row(name, f"{figure.value:.3f}", f"{figure.low:.3f} to {figure.high:.3f}", str(figure.n))
        console.print(table)


def print_figures(outcomes: Sequence[Outcome], console: Console) -> None:
    """Print all figures with their intervals, the main ones by language and kind, and the misses one by one."""
    from rich.table import Table

    from index.evaluation.metrics import find_misses, group_outcomes, summarize_outcomes

    by_group = {name: summarize_outcomes(members) for name, members in group_outcomes(outcomes).items()}
    overview = Table("figure", "value", "95 % interval", "questions")
    for name, figure in by_group.pop("all").items():
        overview.add_row(name, f"{figure.value:.3f}", f"{figure.low:.3f} to {figure.high:.3f}", str(figure.n))
    group_table = Table("group", *BRIEF, "questions")
    for name, figures in by_group.items():
        size = len(group_outcomes(outcomes)[name])
        group_table.add_row(name, *(format_figure(figures.get(key)) for key in BRIEF), str(size))
    console.print(overview, group_table)
    for outcome in find_misses(outcomes):
        where = f"rank {outcome.rank}" if outcome.rank else "not found"
        console.print(f"{outcome.question.id} {where}: {outcome.question.question}", markup=False, highlight=False)


def print_written(figures: WrittenFigures, console: Console) -> None:
    """Print what a language model wrote for the answers, and why lines of it were dropped."""
    from rich.table import Table

    table = Table("figure", "value", "of", title="written answers")
    for name, (value, count) in figures.values.items():
        table.add_row(name, f"{value:.3f}", str(count))
    reasons = Table("outcome of a line", "lines")
    for reason, count in figures.lines.items():
        reasons.add_row(reason, str(count))
    console.print(table, reasons)


def format_figure(figure: Figure | None) -> str:
    return f"{figure.value:.2f}" if figure else ""


@contextmanager
def progress_bars(console: Console | None = None, plain: Progress | None = None) -> Iterator[Progress]:
    """Yield a callback for progress, which shows bars on a terminal.

    :param plain: The callback where there is no terminal; by default it prints a line when a stage ends.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield plain or plain_progress
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bars, tasks = Bars(*columns, console=console), dict[str, "TaskID"]()

    def update(stage: str, done: int, total: int) -> None:
        # Only now: a process that is forked before must not inherit the locks of the thread that draws.
        bars.start()
        if stage not in tasks:
            tasks[stage] = bars.add_task(STAGES[stage], total=total)
        bars.update(tasks[stage], completed=done)

    try:
        yield update
    finally:
        bars.stop()


def plain_progress(stage: str, done: int, total: int) -> None:
    """Print a line when a stage ends."""
    if done == total:
        print(f"{STAGES[stage]}: {done} of {total}", file=sys.stderr, flush=True)  # noqa: T201 - this is the output
