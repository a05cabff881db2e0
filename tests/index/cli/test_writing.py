"""report-index ask --write and eval --write, with a scripted service in a thread of its own."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.config import Settings
from tests.index.command_line import report_index
from tests.index.tiny import BOATS, BOATS_PRINTED, BOATS_QUOTE, OIL, OIL_QUOTE
from tests.scripted_chat import ScriptedChat, scripted_chat

pytestmark = pytest.mark.usefixtures("letter_encoder")


@contextmanager
def service(behaviour: str) -> Iterator[ScriptedChat]:
    """The scripted service; what it was sent can be read after the block."""
    ready, done, chats = threading.Event(), threading.Event(), list[ScriptedChat]()

    async def serve() -> None:
        async with scripted_chat(behaviour) as chat:
            chats.append(chat)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(30)
    try:
        yield chats[0]
    finally:
        done.set()
        thread.join()


def configure(built: Settings, chat: ScriptedChat) -> None:
    places = f'[corpus]\npath = "{built.corpus.path}"\n[index]\npath = "{built.index.path}"\n[reader]\nname = ""\n'
    passages = "[passages]\nmax_characters = 120\nmax_latin_characters = 120\n"
    writer = f'[writer]\nendpoint = "{chat.address}"\nmodel = "m"\nfirst_line_seconds = 2\n'
    Path("config.toml").write_text(f"{places}{passages}{writer}", "utf-8")


def test_ask_write_prints_proven_lines_below_the_answer(built: Settings) -> None:
    with service("one_false_line") as chat:
        configure(built, chat)
        code, out, err = report_index("ask", BOATS, "--write")
    assert (code, err) == (0, "")
    answer, _, written = out.partition("\n\n")
    assert answer == BOATS_PRINTED
    lines = written.splitlines()
    assert lines[0] == "written by m, proven by the quotations below:"
    assert lines[1] == f"{BOATS_QUOTE} [1]"
    assert f"[1] 「{BOATS_QUOTE}」（二、展望）" in lines
    assert lines[-1] == "lines left out because nothing proves them: 1"


def test_ask_write_json_adds_lines_and_their_quotations(built: Settings) -> None:
    with service("true_lines") as chat:
        configure(built, chat)
        code, out, _ = report_index("ask", OIL, "--write", "--json")
        plain = json.loads(report_index("ask", OIL, "--json")[1])
    answer = json.loads(out)
    assert (code, answer["writing"], "written" in plain) == (0, "written", False)
    assert answer["written"][0] == {"text": OIL_QUOTE, "citations": [1]}
    assert answer["written_citations"][0]["quote"] == OIL_QUOTE
    used = {n for line in answer["written"] for n in line["citations"]}
    assert used == {citation["n"] for citation in answer["written_citations"]}
    assert len(chat.prompts) == 1


@pytest.mark.parametrize(
    ("behaviour", "outcome", "problem"),
    [
        ("none", "nothing", ""),
        ("invented_name", "unproven", ""),
        ("status_500", "refused", "answers 500; check [writer] and REPORT_WRITER_KEY"),
        ("hung_before", "slow", "answers too slowly; try another [writer] model or more time"),
    ],
)
def test_ask_write_without_proven_line_is_the_answer_alone(
    built: Settings, behaviour: str, outcome: str, problem: str
) -> None:
    with service(behaviour) as chat:
        configure(built, chat)
        code, out, err = report_index("ask", BOATS, "--write")
        answer = json.loads(report_index("ask", BOATS, "--write", "--json")[1])
    assert code == 0
    assert out.startswith(f"{BOATS_PRINTED}\n")
    assert "written by" not in out
    assert err == (f"error: {chat.address}: {problem}\n" if problem else "")
    assert (answer["written"], answer["written_citations"], answer["writing"]) == (None, None, outcome)


def test_ask_write_sends_nothing_for_small_talk(built: Settings) -> None:
    with service("true_lines") as chat:
        configure(built, chat)
        assert json.loads(report_index("ask", "hello", "--write", "--json")[1])["writing"] is None
    assert chat.prompts == []


def test_ask_write_without_service_fails(built: Settings) -> None:
    code, out, err = report_index("ask", OIL, "--write", "--index", str(built.index.path))
    assert (code, out) == (1, "")
    assert err == "error: no service is configured; set endpoint and model under [writer] in config.toml\n"


def test_eval_write_measures_heads_lines_and_keys(built: Settings) -> None:
    questions = [
        {"id": "1", "question": OIL, "answerable": True, "answer_keys": ["40 litres"]},
        {"id": "2", "question": BOATS, "answerable": True, "answer_keys": ["救生艇"]},
        {"id": "3", "question": "hello", "answerable": False},
    ]
    Path("q.jsonl").write_text("".join(json.dumps(each) + "\n" for each in questions), "utf-8")
    with service("one_false_line") as chat:
        configure(built, chat)
        code, out, _ = report_index("eval", "q.jsonl", "--write", "--json")
        _, table, _ = report_index("eval", "q.jsonl", "--write")
    writing = json.loads(out)["writing"]
    assert code == 0
    assert writing["outcomes"] == {"written": 2}
    assert writing["figures"]["answers with a head"] == [1.0, 2]
    assert writing["figures"]["heads with all keys"] == [1.0, 2]
    assert writing["figures"]["tokens"] == [123.0, 2]
    kept = writing["lines"].pop("kept")
    assert (kept, sum(writing["lines"].values())) == (writing["figures"]["lines of a head"][0] * 2, 2)
    assert "written answers" in table


def test_eval_write_of_all_sets_is_refused(built: Settings) -> None:
    code, _, err = report_index("eval", "--all", "--write", "--index", str(built.index.path))
    assert (code, "--write needs FILE" in err) == (2, True)
