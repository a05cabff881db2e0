"""What is printed: JSON lines, tables, and progress on a terminal and off it."""

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from index.cli.output import (
    STAGES,
    answer_json,
    answer_text,
    json_line,
    people_table,
    plain_progress,
    progress_bars,
    session_json,
    sessions_table,
)
from index.models import Answer, Citation, Office, Person, Session
from index.reports.sessions import collect_people


def cited(n: int, passage: str) -> Citation:
    return Citation(n, f"Quote {n}.", passage, ("Part",), (n, n))


def test_answer_text_several_reports_lists_citations_by_report() -> None:
    citations = (cited(1, "tower:0003"), cited(2, "harbour:0001"), cited(3, "tower:0009"))
    answer = Answer("why?", "answered", 0.9, "Because.\n[1] …", citations, (), "generation", 1.0)
    titles = {"harbour": "The Harbour", "tower": "The Tower"}
    assert answer_text(answer, titles) == "Because.\n[1] …\nThe Tower: [1] [3]\nThe Harbour: [2]"
    assert answer_text(answer, {"tower": "The Tower"}) == answer_text(replace(answer, citations=()), titles) == answer.text
    assert answer_text(answer, {}, explain=True) == f"{answer.text}\nroad: passages\nwhy: "
    assert answer_json(answer, "a")["answer"] == answer.text


def session(name: str, parent: str | None = None, start: str | None = None) -> Session:
    ada, ben = Person("Ada", "Mayor", "Dale"), Person("Ben")
    end = start and "23:00"
    return Session(name, f"Title {name}", parent, "session", "2030-05-06", start, end, (), (3, 4), (ada,), (ada, ben))


def cells(table: object) -> list[list[str]]:
    out = io.StringIO()
    Console(file=out, width=160).print(table)
    return [
        [cell.strip("\n") for cell in row.split("│")[1:-1]] for row in out.getvalue().splitlines() if row.startswith("│")
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": "報告"}, '{"a": "報告"}\n'.encode()),
        ({"a": "x\ny"}, b'{"a": "x\\ny"}\n'),
        ({"a": "\udc80\ud83d"}, b'{"a": "\\udc80\\ud83d"}\n'),
        ([None, 0.5, True], b"[null, 0.5, true]\n"),
    ],
)
def test_json_line_is_single_utf_8_line(value: object, expected: bytes) -> None:
    assert json_line(value) == expected
    assert json.loads(json_line(value)) == value


def test_sessions_table_indents_parts_and_omits_unknown_times() -> None:
    first, second = cells(sessions_table([session("s01", start="20:00"), session("s01.1", parent="s01")]))
    assert [cell.strip() for cell in first] == ["s01", "2030-05-06", "20:00–23:00", "Title s01", "Ada", "Ada, Ben", "3–4"]
    assert [cell.strip() for cell in second] == ["s01.1", "2030-05-06", "", "Title s01.1", "Ada", "Ada, Ben", "3–4"]
    assert first[3].startswith(" Title")
    assert second[3].startswith("   Title")


def test_people_table_lists_appearances() -> None:
    rows = [[cell.strip() for cell in row] for row in cells(people_table(collect_people([session("s01"), session("s02")])))]
    assert rows == [
        ["Ada", "Mayor", "Dale", "s01 (moderator), s01 (speaker), s02 (moderator), s02 (speaker)"],
        ["Ben", "", "", "s01 (speaker), s02 (speaker)"],
    ]


def test_session_json_includes_offices_and_agenda_title() -> None:
    office = Office(Person("Ben", "Clerk", "Dale", "Mr.", from_prose=True), "chair", "June 2031")
    closing = replace(session("s09"), offices=(office,), agenda_title="The end")
    found = session_json(closing)
    person = {"name": "Ben", "role": "Clerk", "org": "Dale", "honorific": "Mr.", "from_prose": True}
    assert (found["agenda_title"], found["offices"]) == ("The end", [{**person, "office": "chair", "since": "June 2031"}])
    assert [cell.strip() for cell in cells(sessions_table([closing]))[0]][5] == "Ada, Ben, Ben"


def test_progress_bars_without_terminal_print_one_line_per_finished_stage(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bars() as report:
        assert report is plain_progress
        for done in range(3):
            report("encode", done, 2)
    assert capsys.readouterr() == ("", "encoding sentences: 2 of 2\n")


def test_progress_bars_without_terminal_call_what_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[object] = []
    with progress_bars(plain=lambda *progress: told.append(progress)) as report:
        report("convert", 1, 1)
    assert (told, capsys.readouterr().err) == ([("convert", 1, 1)], "")


def test_progress_bars_on_terminal_show_one_bar_per_stage() -> None:
    terminal = io.StringIO()
    with progress_bars(Console(file=terminal, force_terminal=True, width=100)) as report:
        for stage in STAGES:
            report(stage, 0, 7)
            report(stage, 5, 7)
    # After the last frame the cursor is shown again.
    last = terminal.getvalue().splitlines()[-len(STAGES) - 1 : -1]
    assert all(words in row and "5/7" in row for words, row in zip(STAGES.values(), last, strict=True))
