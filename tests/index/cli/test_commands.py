"""report-index as its user sees it: exit codes, stdout and stderr."""

import json
from pathlib import Path

import pytest

import index.reading.registry
from index.cli.build import describe_processor
from index.config import ModelOptions, Settings
from index.engine import describe_generation
from index.generations.store import Store
from tests.index.command_line import report_index
from tests.index.corpora import squeeze
from tests.index.tiny import (
    BOATS,
    BOATS_ANSWER,
    BOATS_PRINTED,
    HARBOUR_TEXT,
    OIL,
    OIL_ANSWER,
    OIL_PRINTED,
    OIL_QUOTE,
)

# The command line leaves passages at their default length.
COUNTS = "passages 2, reports 2, sentences 28, sessions 3, model embedded:multilingual-e5-small (float32)"
STAGES = """\
reading the reports: 1 of 1
loading the model: 1 of 1
encoding sentences: 28 of 28
writing the index: 1 of 1
verifying by searching: 2 of 2
answering held-out questions: 15 of 15
"""
FLIP = bytes.maketrans(b"a", b"b")


pytestmark = pytest.mark.usefixtures("letter_encoder")


def live(settings: Settings) -> str:
    return Store(settings.index.path, 3).live().manifest.id


def test_build_command_prints_stages_and_generation(own: Settings) -> None:
    before = live(own)
    code, out, err = report_index("build", "--corpus", "corpus", "--out", "index")
    assert live(own) != before
    assert (code, out, err) == (0, f"generation {live(own)}: {COUNTS}\n", STAGES)


def test_build_command_json_prints_manifest(own: Settings) -> None:
    code, out, err = report_index("build", "--corpus", "corpus", "--out", "index", "--json")
    manifest = Store(own.index.path, 3).live().manifest
    assert (code, json.loads(out), err) == (0, manifest.model_dump(mode="json"), STAGES)
    assert manifest.counts == {"passages": 2, "reports": 2, "sentences": 28, "sessions": 3}
    assert out.count("\n") == 1


def test_build_command_if_stale_builds_only_after_change(own: Settings) -> None:
    arguments = ("build", "--corpus", "corpus", "--out", "index", "--if-stale")
    first = report_index("build", "--corpus", "corpus", "--out", "index")[1]
    assert report_index(*arguments) == (0, "", "")
    assert live(own) in first
    assert report_index("build", "--corpus", "corpus", "--out", "index")[0] == 0
    assert live(own) not in first
    first = live(own)
    text = own.corpus.path / "harbour" / "report.txt"
    text.write_text(HARBOUR_TEXT.replace("40 litres", "30 litres"), "utf-8")
    assert report_index(*arguments)[0] == 0
    assert live(own) not in first


def test_ask_command_prints_answer_text(built: Settings) -> None:
    assert report_index("ask", OIL, "--index", str(built.index.path)) == (0, OIL_PRINTED + "\n", "")


def test_ask_command_json_prints_documented_fields(built: Settings) -> None:
    code, out, err = report_index("ask", OIL, "--index", str(built.index.path), "--json")
    assert (code, err, out.count("\n")) == (0, "", 1)
    record = json.loads(out)
    confidence, elapsed, passages = (record.pop(key) for key in ("confidence", "elapsed_ms", "passages"))
    assert list(json.loads(out)) == [
        *("id", "question", "verdict", "confidence", "answer", "lead"),
        *("citations", "passages", "index", "elapsed_ms", "road", "why"),
    ]
    citation = {
        "n": 1,
        "quote": OIL_QUOTE,
        "passage_id": "harbour:d5da900fb6",
        "section": ["Meetings", "Autumn lecture"],
        "pages": [2, 2],
        "speaker": "Dora Wick",
        "reading": None,
        "spans": [],
    }
    assert record == {
        "id": "",
        "question": OIL,
        "verdict": "answered",
        "answer": OIL_ANSWER,
        "lead": None,
        "citations": [citation],
        "index": live(built),
        "road": "passages",
        "why": "not explained: how much oil, lighthouse burn, night",
    }
    assert isinstance(confidence, float)
    assert 0.5 <= confidence <= 1
    assert isinstance(elapsed, float)
    assert elapsed > 0
    assert [list(passage) for passage in passages] == [["passage_id", "rank", "score", "text", "section", "pages"]] * 9
    assert [passage["rank"] for passage in passages] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert all(passage["score"] == round(passage["score"], 4) for passage in passages)
    best = passages[0]
    assert isinstance(best.pop("score"), float)
    assert best == {
        "passage_id": "harbour:d5da900fb6",
        "rank": 1,
        "text": OIL_QUOTE + " She asked for an electric lamp by 2032.",
        "section": ["Meetings", "Autumn lecture"],
        "pages": [2, 2],
    }


def test_ask_command_top_limits_passages_only(built: Settings) -> None:
    records = [
        json.loads(report_index("ask", BOATS, "--index", str(built.index.path), "--json", *more)[1])
        for more in ([], ["--top", "2"])
    ]
    assert records[1]["passages"] == records[0]["passages"][:2]
    for record in records:
        del record["passages"], record["elapsed_ms"]
    assert records[0] == records[1]
    assert records[0]["answer"] == BOATS_ANSWER


BATCH = "".join(
    json.dumps({"id": name, "question": question, "kind": "ignored"}, ensure_ascii=False) + "\n"
    for name, question in (("b", BOATS), ("a", OIL))
)


@pytest.mark.parametrize("source", ["questions.jsonl", "-"])
def test_ask_command_batch_answers_in_input_order(built: Settings, source: str) -> None:
    Path("questions.jsonl").write_text(BATCH.replace("\n", "\n\n"), "utf-8")
    stdin = BATCH if source == "-" else ""
    arguments = ("ask", "--batch", source, "--index", str(built.index.path))
    assert report_index(*arguments, stdin=stdin) == (0, f"b\n{BOATS_PRINTED}\na\n{OIL_PRINTED}\n", "")
    code, out, err = report_index(*arguments, "--json", stdin=stdin)
    told = [(record["id"], record["answer"]) for record in map(json.loads, out.splitlines())]
    assert (code, told, err) == (0, [("b", BOATS_ANSWER), ("a", OIL_ANSWER)], "")


def test_ask_command_batch_surrogate_id_prints_replacement_character(built: Settings) -> None:
    stdin = json.dumps({"id": "\ud800", "question": OIL})
    arguments = ("ask", "--batch", "-", "--index", str(built.index.path))
    assert report_index(*arguments, stdin=stdin) == (0, f"?\n{OIL_PRINTED}\n", "")
    assert json.loads(report_index(*arguments, "--json", stdin=stdin)[1])["id"] == "\ud800"


@pytest.mark.parametrize("line", ["nonsense", "[]", '"id"', '{"id": 1}', "\udc80", "3", "[" * 100_000])
def test_ask_command_batch_invalid_line_ends_after_earlier_answers(built: Settings, line: str) -> None:
    stdin = BATCH.encode() + line.encode("utf-8", "surrogateescape") + b"\n" + BATCH.encode()
    code, out, err = report_index("ask", "--batch", "-", "--json", "--index", str(built.index.path), stdin=stdin)
    assert (code, [json.loads(each)["id"] for each in out.splitlines()]) == (1, ["b", "a"])
    assert err.startswith('error: -, line 3: not a JSON object with "id" and "question" (')
    assert err.count("\n") == 1


@pytest.fixture
def no_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements are supported if they stand in the report word by word."""
    monkeypatch.setattr(index.reading.registry, "load_claim_judge", lambda: None)


@pytest.mark.usefixtures("no_judge")
def test_check_command_prints_mark_and_quotation_of_each_statement(built: Settings) -> None:
    place = ("--index", str(built.index.path))
    printed = f"supported: {OIL_QUOTE}\n  [1] {OIL_QUOTE} (Meetings › Autumn lecture, p. 2)\n"
    assert report_index("check", OIL_QUOTE, *place) == (0, printed, "")
    assert report_index("check", "I think so.", *place) == (0, "not_covered: I think so.\n", "")
    assert report_index("check", "?!", *place) == (0, "no statement to check\n", "")


@pytest.mark.usefixtures("no_judge")
def test_check_command_batch_prints_one_object_for_each_text(built: Settings) -> None:
    rows = [{"id": "a", "statement": OIL_QUOTE}, {"id": "b", "statement": "xyzzy plugh"}]
    stdin = "\n".join(map(json.dumps, rows))
    code, out, err = report_index("check", "--batch", "-", "--json", "--index", str(built.index.path), stdin=stdin)
    first, second = map(json.loads, out.splitlines())
    assert (code, err) == (0, "")
    assert (first["id"], first["mark"], first["difference"]) == ("a", "supported", None)
    assert [citation["quote"] for citation in first["citations"]] == [OIL_QUOTE]
    assert set(second) == {"id", "statement", "mark", "citations", "difference"}
    assert second["mark"] != "supported"


def test_check_command_batch_invalid_line_is_named(built: Settings) -> None:
    code, out, err = report_index("check", "--batch", "-", "--index", str(built.index.path), stdin='{"id": "a"}')
    assert (code, out) == (1, "")
    assert err == """error: -, line 1: not a JSON object with "id" and "statement" (KeyError('statement'))\n"""


def test_ask_command_batch_missing_file_prints_error(built: Settings) -> None:
    expected = (1, "", "error: none.jsonl: cannot be read (No such file or directory)\n")
    assert report_index("ask", "--batch", "none.jsonl", "--index", str(built.index.path)) == expected


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["ask"], "give either a question or --batch FILE"),
        (["ask", "x", "--batch", "-"], "give either a question or --batch FILE"),
        (["check"], "give either a statement or --batch FILE"),
        (["train", "--claims"], "--claims needs --data DIR"),
        (["ask", "x", "--top", "0"], "Invalid value for '--top'"),
        (["ask", "x", "--top", "many"], "Invalid value for '--top'"),
        (["ask", "--nonsense"], "No such option: --nonsense"),
        (["build", "--corpus"], "Option '--corpus' requires an argument"),
        (["dance"], "No such command 'dance'"),
        (["eval"], "give either FILE or --all"),
    ],
)
def test_report_index_invalid_usage_exits_2(arguments: list[str], problem: str) -> None:
    code, out, err = report_index(*arguments)
    assert (code, out) == (2, "")
    assert squeeze(problem).casefold() in squeeze(err).casefold()
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["ask x", "sessions", "people", "info", "verify", "rollback", "eval questions.jsonl"])
def test_report_index_without_index_prints_build_hint(command: str) -> None:
    Path("questions.jsonl").write_text('{"id": "1", "question": "x", "answerable": false}\n', "utf-8")
    expected = "error: no index at nowhere; run: report-index build\n"
    assert report_index(*command.split(), "--index", "nowhere") == (1, "", expected)
    assert not Path("nowhere").exists() or command == "rollback"


def test_report_index_reads_folders_from_configuration_file(built: Settings) -> None:
    path = json.dumps(str(built.index.path))
    Path("mine.toml").write_text(f"[index]\npath = {path}\n", "utf-8")
    assert report_index("ask", OIL, "--config", "mine.toml")[1] == OIL_PRINTED + "\n"
    Path("config.toml").write_text("[index]\nfolder = 'x'\n", "utf-8")
    problem = "config.toml: index.folder: unknown key; config.example.toml lists every key"
    assert report_index("info") == (1, "", f"error: {problem}\n")


LISTED = {"honorific": None, "from_prose": False}
SESSIONS = [
    ["harbour:s01", "2030-03-03", "", "Spring meeting", "Ada Quill", "Ben Sand, Cora Tide", "1–2"],
    ["harbour:s02", "2030-10-09", "", "Autumn lecture", "", "Dora Wick", "2"],
    ["tower:s01", "2031-05-12", "", "守塔人座談", "林海", "王風, 李浪", ""],
]


def rows(table: str) -> list[list[str]]:
    """The cells of a table's body."""
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in table.splitlines() if line.startswith("│")]


def test_sessions_command_prints_table_of_matches(built: Settings) -> None:
    code, out, err = report_index("sessions", "--index", str(built.index.path))
    assert (code, rows(out), err) == (0, SESSIONS, "")
    assert rows(report_index("sessions", "lecture", "--index", str(built.index.path))[1]) == SESSIONS[1:2]
    code, out, err = report_index("sessions", "蒸蛋", "--index", str(built.index.path))
    assert (code, len(rows(out)), err) == (0, 3, "nothing matches; the nearest are:\n")
    assert report_index("sessions", "12/25", "--index", str(built.index.path)) == (0, "nothing matches\n", "")


def test_sessions_command_json_prints_sessions_and_matches(built: Settings) -> None:
    first, *others = json.loads(report_index("sessions", "--json", "--index", str(built.index.path))[1])
    assert first == {
        "id": "harbour:s01",
        "title": "Spring meeting",
        "parent": None,
        "kind": "session",
        "date": "2030-03-03",
        "start": None,
        "end": None,
        "section": ["Meetings", "Spring meeting"],
        "pages": [1, 2],
        "moderators": [{"name": "Ada Quill", "role": "Mayor", "org": "Portside", **LISTED}],
        "speakers": [
            {"name": "Ben Sand", "role": None, "org": None, **LISTED},
            {"name": "Cora Tide", "role": "Captain", "org": "Pilot Guild", **LISTED},
        ],
        "agenda_title": None,
        "offices": [],
    }
    assert [(session["id"], session["kind"]) for session in others] == [("harbour:s02", "lecture"), ("tower:s01", "panel")]
    assert report_index("sessions", "12/25", "--json", "--index", str(built.index.path)) == (0, "[]\n", "")
    (found,) = json.loads(report_index("sessions", "autumn", "--json", "--index", str(built.index.path))[1])
    assert (found["id"], found["match"]) == ("harbour:s02", {"reason": "title", "score": 97.3})
    nearest = json.loads(report_index("sessions", "蒸蛋", "--json", "--index", str(built.index.path))[1])
    assert [session["match"]["reason"] for session in nearest] == ["nearest"] * 3


def test_people_command_prints_table_and_json(built: Settings) -> None:
    table = report_index("people", "--index", str(built.index.path))[1]
    assert [row[0] for row in rows(table)] == ["Ada Quill", "Ben Sand", "Cora Tide", "Dora Wick", "林海", "王風", "李浪"]
    assert rows(table)[0] == ["Ada Quill", "Mayor", "Portside", "harbour:s01 (moderator)"]
    found = json.loads(report_index("people", "領港公會", "--json", "--index", str(built.index.path))[1])
    appearances = [{"session": "tower:s01", "as": "speaker"}]
    match = {"reason": "organisation", "score": 98.5}
    person = {"name": "李浪", "role": "船長", "org": "領港公會", **LISTED}
    assert found == [{**person, "appearances": appearances, "match": match}]


def test_info_and_rollback_commands_print_live_and_kept_generations(own: Settings) -> None:
    first = Store(own.index.path, 3).live().manifest
    report_index("build", "--corpus", "corpus", "--out", "index")
    second = Store(own.index.path, 3).live().manifest
    reports = "report: harbour, Report of the Harbour Board\nreport: tower, 燈塔年報\n"
    here = describe_processor(ModelOptions())
    info = f"folder: index\nlive: {{}}\nthis processor: {here}\n{{}}kept: {{}}\n".format
    assert report_index("info", "--index", "index") == (
        0,
        info(describe_generation(second), reports, describe_generation(first)),
        "",
    )
    assert report_index("rollback", "--index", "index") == (0, f"live now: {describe_generation(first)}\n", "")
    assert report_index("info", "--index", "index")[1] == info(
        describe_generation(first), reports, describe_generation(second)
    )
    assert json.loads(report_index("info", "--json", "--index", "index")[1]) == first.model_dump(mode="json")
    code, out, err = report_index("rollback", "--index", "index")
    assert (code, out) == (1, "")
    assert err == "error: index/live.json: names no earlier generation to go back to; run: report-index build\n"


def test_verify_command_damaged_file_is_named(own: Settings) -> None:
    generation = Store(own.index.path, 3).live()
    assert report_index("verify", "--index", "index") == (0, f"sound: {describe_generation(generation.manifest)}\n", "")
    name = "sentences.json"
    file = generation.file(name)
    file.write_bytes(file.read_bytes().translate(FLIP))
    code, out, err = report_index("verify", "--index", "index")
    assert (code, out) == (1, "")
    problem = "its content is not what manifest.json says (sha256 differs)"
    where = f"index/generations/{generation.manifest.id}/{name}"
    assert err == f"error: {where}: {problem}; run: report-index rollback, or: report-index build\n"
    assert report_index("ask", OIL, "--index", "index") == (1, "", err)


EVALUATION = [
    {"id": "1", "question": OIL, "answerable": True, "lang": "en", "evidence": [OIL_QUOTE], "answer_keys": ["40 litres"]},
    {"id": "2", "question": BOATS, "answerable": True, "lang": "zh", "evidence": ["opened by the mayor"]},
    {"id": "3", "question": "蒸蛋怎麼做", "answerable": False, "lang": "zh", "kind": "offtopic"},
]


def test_eval_command_prints_figures_by_group(built: Settings) -> None:
    Path("q.jsonl").write_text("\n".join(map(json.dumps, EVALUATION)), "utf-8")
    code, out, err = report_index("eval", "q.jsonl", "--json", "--index", str(built.index.path))
    result = json.loads(out)
    assert (code, err, list(result), result["index"]) == (0, "", ["index", "figures", "questions"], live(built))
    assert list(result["figures"]) == ["all", "lang en", "lang zh", "kind offtopic"]
    assert result["figures"]["all"]["recall@1"] == [0.5, 0.0, 1.0, 2]
    assert result["figures"]["lang en"]["answers with all keys"] == [1.0, 1.0, 1.0, 1]
    assert result["figures"]["all"]["off-topic, answered"] == [0.0, 0.0, 0.0, 1]
    code, out, err = report_index("eval", "q.jsonl", "--index", str(built.index.path))
    assert (code, err) == (0, "")
    assert rows(out)[0] == ["recall@1", "0.500", "0.000 to 1.000", "2"]
    rank = next(question["rank"] for question in result["questions"] if question["id"] == "2")
    assert out.splitlines()[-1] == f"2 rank {rank}: {BOATS}"


def test_eval_command_invalid_line_is_refused(built: Settings) -> None:
    Path("q.jsonl").write_text(json.dumps(EVALUATION[0]) + "\n{}\n", "utf-8")
    code, out, err = report_index("eval", "q.jsonl", "--index", str(built.index.path))
    problem = "id: field required; question: field required; answerable: field required"
    assert (code, out, err) == (1, "", f"error: q.jsonl, line 2: {problem}\n")
