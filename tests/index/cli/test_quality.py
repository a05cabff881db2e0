"""report-index train, overlap and enrich as their user sees them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import index.encoding.encoder
from index.config import Settings
from index.generations.store import Store
from index.structured_qa.request_classifier import RequestClassifier
from tests.index.command_line import report_index
from tests.index.encoders import LetterEncoder
from tests.index.tiny import OIL

QUESTIONS = [
    (OIL, "40 litres of oil"),
    ("Who opened the breakwater?", "opened by the mayor"),
    ("What did she ask for?", "an electric lamp"),
    ("How often did the board meet?", "met twice"),
]
UNKNOWN = ["How much did the lamp cost?", "Who built the lighthouse?", "What did the gulls eat?", "When was the fire?"]


@pytest.fixture(autouse=True)
def encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(index.encoding.encoder, "SentenceTransformerEncoder", lambda _: LetterEncoder())
    monkeypatch.setattr("index.training.query_adapter_trainer.EPOCHS", 1)
    monkeypatch.chdir(tmp_path)


def configured(settings: Settings, extra: str = "") -> Path:
    """The configuration file of an index of its own; the report's folder."""
    places = f'[corpus]\npath = "{settings.corpus.path}"\n[index]\npath = "{settings.index.path}"\n[reader]\nname = ""\n'
    Path("config.toml").write_text(f"{places}[passages]\nmax_characters = 120\nmax_latin_characters = 120\n{extra}", "utf-8")
    return settings.corpus.path / "harbour"


def write_lines(file: Path, lines: list[dict[str, object]]) -> None:
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


def reviewed(folder: Path) -> None:
    asked = [{"question": text, "lang": "en", "evidence": [piece]} for text, piece in QUESTIONS]
    write_lines(folder / "questions.jsonl", asked)
    near = [{"question": text, "lang": "en", "near": "40 litres"} for text in UNKNOWN]
    write_lines(folder / "unanswerable.jsonl", near)


def test_train_command_writes_adapter_that_next_build_uses(own: Settings) -> None:
    reviewed(configured(own))
    assert report_index("build")[0] == 0
    code, out, err = report_index("train")
    assert code == 0
    assert out == f"wrote adapter.npz and answerability.json into {own.corpus.path}; run: report-index build\n"
    assert (own.corpus.path / "answerability.json").read_text("utf-8") == "{}\n"
    assert err.splitlines() == ["moving questions towards the report: 4 of 4"]
    code, out, _ = report_index("build")
    made = Store(own.index.path, 3).live().manifest
    assert (code, made.counts["expansions"]) == (0, 4)
    assert "adapter.npz" in made.files
    code, out, _ = report_index("train", "--json", "--to", "other")
    assert (code, json.loads(out)) == (0, {"questions": 4, "file": "other/adapter.npz", "weights": {}})
    assert Path("other/adapter.npz").stat().st_size == (own.corpus.path / "adapter.npz").stat().st_size


def test_build_command_adapter_of_other_model_is_skipped_with_warning(
    own: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    reviewed(configured(own))
    report_index("build")
    report_index("train")
    LetterEncoder.fingerprint = "letters-33"
    try:
        assert report_index("build")[0] == 0
    finally:
        LetterEncoder.fingerprint = "letters-32"
    assert "adapter.npz: was trained for another model, so it is left out; run: report-index train" in caplog.text
    assert "adapter.npz" not in Store(own.index.path, 3).live().manifest.files


def test_train_command_without_reviewed_questions_fails(own: Settings) -> None:
    configured(own)
    code, out, err = report_index("train", "--index", str(own.index.path))
    assert (code, out) == (1, "")
    assert err.splitlines()[-1].endswith(f"{own.corpus.path}: training needs questions.jsonl in a report's folder")


def test_train_command_folder_without_question_sets_fails(own: Settings, tmp_path: Path) -> None:
    configured(own)
    code, out, err = report_index("train", "--data", str(tmp_path / "nowhere"))
    assert (code, out) == (1, "")
    told = f"{tmp_path / 'nowhere'}: holds no question set; docs/cli.md describes the form of one"
    assert err.splitlines()[-1].endswith(told)


@pytest.fixture
def few_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few messages that tell their kind, and the letter encoder, for the classifier of requests."""
    forms = {"question": "how many {}, why how many?", "overview": "sum up, just sum up {}", "thanks": "cheers cheers {}"}
    subjects = ("harbour", "tower", "lamp", "gull", "rope", "barge", "crane", "fog", "pier", "tide")
    texts = [form.format(subject) for form in forms.values() for subject in subjects]
    kinds = [kind for kind in forms for _ in subjects]
    monkeypatch.setattr("index.training.request_trainer.load_messages", lambda: (texts, kinds))
    monkeypatch.setattr("index.training.request_trainer.SentenceTransformerEncoder", lambda _: LetterEncoder())


@pytest.mark.usefixtures("few_messages")
def test_train_command_requests_writes_classifier_and_prints_figures(own: Settings) -> None:
    configured(own)
    code, out, err = report_index("train", "--requests", "--to", "trained")
    assert (code, out) == (
        0,
        "wrote trained/requests.npz: right 1.000, requests found 1.000, questions mistaken 0.000\n",
    )
    assert err.splitlines() == ["encoding sentences: 30 of 30", "training: 6 of 6"]
    trained = RequestClassifier.load(Path("trained/requests.npz"))
    assert (trained.model, trained.kinds) == ("letters-32", ("overview", "question", "thanks"))


@pytest.mark.usefixtures("few_messages")
def test_train_command_requests_as_json_names_file_in_corpus_folder(own: Settings) -> None:
    configured(own)
    code, out, _ = report_index("train", "--requests", "--json")
    file = own.corpus.path / "requests.npz"
    figures = {"right": 1.0, "requests found": 1.0, "questions mistaken": 0.0}
    assert (code, json.loads(out)) == (0, {"file": str(file), "figures": figures})
    assert file.exists()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--requests", "--data", "sets"), "--requests goes without --data and --claims"),
        (("--requests", "--claims"), "--requests goes without --data and --claims"),
        (("--claims",), "--claims needs --data DIR"),
    ],
)
def test_train_command_options_that_exclude_each_other_fail(own: Settings, options: tuple[str, ...], problem: str) -> None:
    configured(own)
    code, out, err = report_index("train", *options)
    assert (code, out) == (2, "")
    assert problem in err
    assert not Path("sets").exists()


def test_overlap_command_repeated_question_is_listed(own: Settings) -> None:
    reviewed(configured(own))
    lines = [
        {"id": "1", "question": f"{OIL} Please!", "answerable": True},
        {"id": "2", "question": "Wie?", "answerable": True},
    ]
    write_lines(Path("eval.jsonl"), lines)  # type: ignore[arg-type]
    code, out, _ = report_index("overlap", "eval.jsonl")
    assert code == 1
    first, second, *_, last = out.splitlines()
    assert first == f"{OIL} Please!"
    assert second.startswith(f"  questions.jsonl: {OIL} (run 0.8")
    assert last == f"1 overlaps of 2 questions with {len(QUESTIONS) + len(UNKNOWN) + probes()} texts"
    write_lines(Path("eval.jsonl"), [lines[1]])  # type: ignore[list-item]
    assert report_index("overlap", "eval.jsonl", "--json")[:2] == (0, "[]\n")


def test_overlap_command_encodes_in_float32(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    reviewed(configured(own))
    asked: list[str] = []
    monkeypatch.setattr(
        index.encoding.encoder, "SentenceTransformerEncoder", lambda options: asked.append(options.dtype) or LetterEncoder()
    )
    write_lines(Path("eval.jsonl"), [{"id": "1", "question": "Wie?", "answerable": True}])  # type: ignore[list-item]
    assert report_index("overlap", "eval.jsonl")[0] == 0
    assert asked == ["float32"]


def probes() -> int:
    from index.answering.coverage import load_probes as everyday

    return len(everyday())


@contextmanager
def service(*answers: tuple[int, object]) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """An OpenAI-compatible service on loopback that gives these answers, the last one again and again."""
    asked: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append({**body, "path": self.path, "key": self.headers.get("Authorization")})
            status, content = answers[min(len(asked), len(answers)) - 1]
            told = json.dumps({"choices": [{"message": {"content": json.dumps(content)}}]}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        server.server_close()


def test_enrich_command_writes_drafts_with_verified_evidence(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_ENRICH_KEY", "sesame")
    drafted = {
        "questions": [
            {"question": "Twice?", "lang": "en", "evidence": ["met twice"]},
            {"question": "Made up?", "lang": "en", "evidence": ["nowhere at all"]},
        ],
        "unanswerable": [{"question": "Where?", "lang": "en", "kind": "missing detail"}],
        "gist": {"en": "The board met."},
    }
    with service((200, drafted)) as (endpoint, asked):
        folder = configured(own, f'[enrich]\nendpoint = "{endpoint}"\nmodel = "m"\n')
        code, out, err = report_index("enrich", "harbour")
    assert (code, err) == (0, "drafting questions about passages: 7 of 7\n")
    assert out == f"13 questions left out for want of evidence; review {folder}/*.draft.jsonl, rename, build\n"
    assert (asked[0]["path"], asked[0]["key"], asked[0]["model"], len(asked)) == (
        "/v1/chat/completions",
        "Bearer sesame",
        "m",
        7,
    )
    (question,) = (folder / "questions.draft.jsonl").read_text("utf-8").splitlines()
    assert json.loads(question) == {"question": "Twice?", "lang": "en", "evidence": ["met twice"]}
    gists = [json.loads(line) for line in (folder / "gists.draft.jsonl").read_text("utf-8").splitlines()]
    assert len(gists) == 7
    assert gists[0]["en"] == "The board met."


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((401, {}), "answers 401; check [enrich] and REPORT_ENRICH_KEY"),
        ((200, {"questions": 1}), "gives no JSON of the wanted form; try another [enrich] model"),
    ],
)
def test_enrich_command_failing_service_is_named(own: Settings, answer: tuple[int, object], problem: str) -> None:
    with service(answer) as (endpoint, _):
        configured(own, f'[enrich]\nendpoint = "{endpoint}"\nmodel = "m"\n')
        code, out, err = report_index("enrich", "harbour")
    assert (code, out) == (1, "")
    assert err.strip().endswith(f"{endpoint}: {problem}")


def test_enrich_command_missing_or_unreachable_endpoint_fails(own: Settings) -> None:
    configured(own)
    assert report_index("enrich", "harbour")[2].strip().endswith("set endpoint and model under [enrich] in config.toml")
    configured(own, '[enrich]\nendpoint = "http://127.0.0.1:9/v1"\nmodel = "m"\n')
    told = "http://127.0.0.1:9/v1: cannot be reached (ConnectError); check [enrich] endpoint"
    assert report_index("enrich", "harbour")[2].strip().endswith(told)
