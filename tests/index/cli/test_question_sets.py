"""report-index eval --all: every set, and what was written about each."""

import json
from pathlib import Path

import pytest

from index.config import Settings
from tests.index.command_line import report_index
from tests.index.corpora import write
from tests.index.tiny import BOATS, OIL, write_corpus

HELD_OUT = {"id": "1", "question": OIL, "lang": "en", "answerable": True, "evidence": ["40 litres of oil"]}
FURTHER = {
    "id": "2",
    "question": BOATS,
    "lang": "zh-Hant",
    "answerable": True,
    "evidence": ["清點救生艇"],
    "spans": ["救生艇"],
}

pytestmark = pytest.mark.usefixtures("letter_encoder")


@pytest.fixture
def sets(own: Settings, tmp_path: Path) -> Path:
    """A corpus with a held-out question and gists, its index, and a folder of one further set."""
    harbour = own.corpus.path / "harbour"
    (harbour / "heldout.jsonl").write_text(json.dumps(HELD_OUT) + "\n", "utf-8")
    (harbour / "gists.jsonl").write_text(json.dumps({"of": "40 litres", "en": "The lamp burns oil."}) + "\n", "utf-8")
    assert report_index("build", "--corpus", "corpus", "--out", "index")[0] == 0
    write_corpus(tmp_path / "sets" / "boats" / "corpus")
    (tmp_path / "sets" / "boats" / "questions.jsonl").write_text(json.dumps(FURTHER) + "\n", "utf-8")
    (tmp_path / "config.toml").write_text('[corpus]\npath = "corpus"\n', "utf-8")
    return tmp_path / "sets"


def test_eval_command_all_measures_every_set(sets: Path) -> None:
    code, out, _ = report_index("eval", "--all", "--external", str(sets), "--index", "index", "--json")
    assert code == 0
    measured = json.loads(out)
    assert [(each["set"], each["written_about"]) for each in measured] == [
        ("harbour", True),
        ("harbour, the report alone", False),
        ("boats", False),
    ]
    assert [each["figures"]["recall@1"][3] for each in measured] == [1, 1, 1]
    assert "first quotation answers" not in measured[0]["figures"]


def test_eval_command_all_prints_table_of_each_set(sets: Path) -> None:
    code, out, _ = report_index("eval", "--all", "--external", str(sets), "--index", "index")
    assert code == 0
    assert out.count("texts were written about it") == 1
    assert out.count("nothing was written about it") == 2


def test_eval_command_all_folder_without_sets_fails(sets: Path) -> None:
    code, _, err = report_index("eval", "--all", "--external", str(sets / "boats"), "--index", "index")
    assert code == 1
    assert err.splitlines()[-1].endswith(f"{sets / 'boats'}: no folder there holds a corpus and questions.jsonl")


@pytest.mark.parametrize("arguments", [(), ("questions.jsonl", "--all")])
def test_eval_command_file_and_all_exclude_each_other(arguments: tuple[str, ...]) -> None:
    code, _, err = report_index("eval", *arguments)
    assert code == 2
    assert "give either FILE or --all" in err


def test_info_command_names_report_in_language_that_no_reader_knows(own: Settings) -> None:
    text = "La junta del puerto se reunió dos veces, y los miembros votaron a favor del plan que estaba en la mesa.\n\n" * 6
    write(own.corpus.path, "puerto", text, 'title = "Junta"\n')
    assert report_index("build", "--corpus", "corpus", "--out", "index")[0] == 0
    code, out, _ = report_index("info", "--index", "index")
    assert code == 0
    unread = [line for line in out.splitlines() if "answered by search alone" in line]
    assert unread == ["report: puerto, Junta (in a language that the reader does not know: answered by search alone)"]
