"""A new edition of a report: what stays, what is put aside, and that it takes the place of the old one as a whole."""

import json
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.cli import main
from index.errors import CorpusError
from index.ingest import report_edition
from index.ingest.report_edition import prepare_edition, read_previous
from index.reports.profile import Layout, Profile, load_profile

OLD = "# Oil\n\nThe tower burns 40 litres each night.\n\n# Salt\n\nSalt is dear.\n"
NEW = "# Oil\n\nThe tower burns 30 litres each night.\n\n# Salt\n\nSalt is dear.\n"
PROFILE = """# Written by hand.
title = "The Tower"
publisher = "Harbour Board"
language = "en"
source = "tower-1.md"  # the first print

[layout]
lines = "wrapped"

# Chapters, and what follows them.
[[headings]]
pattern = '# (?P<title>.*)'
[[headings]]
pattern = 'Annex \\d+'

[aliases]
"the light" = "The tower"
"Ann" = "Ann Poe"
"""
ROWS = {
    "questions.jsonl": [
        {"question": "How much oil?", "lang": "en", "evidence": ["The tower burns 40 litres"]},
        {"question": "Is salt dear?", "lang": "en", "evidence": ["Salt is\ndear."]},
        {"question": "Both?", "lang": "en", "evidence": ["Salt is dear.", "40 litres"]},
    ],
    "gists.jsonl": [{"of": "Salt is dear.", "en": "Salt costs much."}],
    "readings.jsonl": [{"text": "The tower burns 40 litres each night.", "zh": "四十公升。"}],
    "unanswerable.jsonl": [
        {"question": "Who?", "lang": "en", "near": ""},
        {"question": "Why?", "lang": "en", "near": "40 litres"},
    ],
    "heldout.jsonl": [
        {"id": "a", "question": "Oil?", "answerable": True, "evidence": ["40 litres"]},
        {"id": "b", "question": "Who?", "answerable": False},
    ],
}


def lines_of(rows: list[dict[str, object]]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus" / "tower"
    folder.mkdir(parents=True)
    (folder / "report.txt").write_text(OLD, "utf-8")
    (folder / "report.toml").write_text(PROFILE, "utf-8")
    for name, rows in ROWS.items():
        (folder / name).write_text(lines_of(rows), "utf-8")
    (tmp_path / "tower-2.md").write_text(NEW, "utf-8")
    return tmp_path / "corpus"


def run(corpus: Path, *arguments: object, typed: str | None = None) -> tuple[int, list[str]]:
    command = ["add", "--corpus", str(corpus), *map(str, arguments)]
    done = CliRunner().invoke(main, command, input=typed)
    return done.exit_code, done.output.splitlines()


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.is_file()}


def test_add_replace_keeps_what_fits_and_puts_the_rest_aside(corpus: Path) -> None:
    code, output = run(corpus, corpus.parent / "tower-2.md", "--replace", "tower", "--yes")
    assert (code, output[-1]) == (0, f"wrote {corpus / 'tower'}; look through its report.toml, then run: report-index build")
    start = output.index("kept: 1 rows of gists.jsonl")
    assert output[start:-1] == [
        "kept: 1 rows of gists.jsonl",
        "kept: 1 rows of questions.jsonl",
        "kept: 1 rows of unanswerable.jsonl",
        "kept: 1 rows of heldout.jsonl",
        "put aside into aside/readings.jsonl, since the new text lacks their evidence: 1 rows",
        "  The tower burns 40 litres each night. / 四十公升。",
        "put aside into aside/questions.jsonl, since the new text lacks their evidence: 2 rows",
        "  How much oil? / en",
        "  Both? / en",
        "put aside into aside/unanswerable.jsonl, since the new text lacks their evidence: 1 rows",
        "  Why? / en / 40 litres",
        "put aside into aside/heldout.jsonl, since the new text lacks their evidence: 1 rows",
        "  a / Oil?",
        "warning: the alias “Ann”: “Ann Poe” is not in the new text; it stays in report.toml",
    ]
    assert [path.name for path in corpus.iterdir()] == ["tower"]
    written = files(corpus / "tower")
    assert written.pop("report.txt") == NEW.rstrip()
    assert written.pop("report.toml") == (
        PROFILE.replace('"tower-1.md"  # the first print', '"tower-2.md"')
        .replace('[layout]\nlines = "wrapped"\n\n', "")
        .replace("[[headings]]\npattern = '# (?P<title>.*)'\n[[headings]]\npattern = 'Annex \\d+'\n", "")
        + '\n[layout]\nlines = "blank-line"\npage_break = "none"\n\n[[headings]]\npattern = "# (?P<title>.*)"\n'
    )
    kept = {
        "questions.jsonl": [1],
        "gists.jsonl": [0],
        "readings.jsonl": [],
        "unanswerable.jsonl": [0],
        "heldout.jsonl": [1],
    }
    assert written == {
        "aside/report.toml": PROFILE,
        **{name: lines_of([ROWS[name][n] for n in stay]) for name, stay in kept.items()},
        **{
            f"aside/{name}": lines_of([row for n, row in enumerate(ROWS[name]) if n not in stay])
            for name, stay in kept.items()
            if len(stay) < len(ROWS[name])
        },
    }


def test_add_replace_again_keeps_what_was_put_aside_before(corpus: Path) -> None:
    run(corpus, corpus.parent / "tower-2.md", "--replace", "tower", "--yes")
    (corpus.parent / "tower-3.md").write_text(NEW.replace("dear", "cheap"), "utf-8")
    code, _ = run(corpus, corpus.parent / "tower-3.md", "--replace", "tower", "--yes", "--title", "Tower")
    assert code == 0
    aside = (corpus / "tower" / "aside" / "questions.jsonl").read_text("utf-8")
    assert aside == lines_of([ROWS["questions.jsonl"][n] for n in (0, 2, 1)])
    profile = load_profile(corpus / "tower")
    assert (profile.title, profile.publisher, profile.source) == ("Tower", "Harbour Board", "tower-3.md")


def test_add_replace_by_the_same_file_changes_nothing(corpus: Path) -> None:
    file = corpus.parent / "tower-2.md"
    run(corpus, file, "--yes", "--name", "twin")
    before = files(corpus / "twin")
    assert run(corpus, file, "--yes", "--replace", "twin")[0] == 0
    assert files(corpus / "twin") == before


def test_add_replace_asks_for_headings_and_a_confirmation_only(corpus: Path) -> None:
    before = files(corpus / "tower")
    code, output = run(corpus, corpus.parent / "tower-2.md", "--replace", "tower", typed="\nn\n")
    assert (code, output[-1]) == (1, "nothing was written")
    assert output[1:4] == ["1: 2 headings, such as “# Oil” (line 1)", "  Oil", "  Salt"]
    assert files(corpus / "tower") == before


def test_add_replace_unknown_report_is_refused(corpus: Path) -> None:
    code, output = run(corpus, corpus.parent / "tower-2.md", "--replace", "light", "--yes")
    assert (code, output) == (1, ["error: light: no report of this name to replace; there are tower"])


@pytest.mark.parametrize("failing", [1, 2])
def test_swap_folders_failing_move_restores_the_report(corpus: Path, failing: int) -> None:
    folder, draft, retired = corpus / "tower", corpus / ".tower.new", corpus / ".tower.old"
    draft.mkdir()
    before, moves = files(folder), list[Path]()

    def move(source: Path, to: Path) -> None:
        moves.append(source)
        if len(moves) == failing:
            raise OSError(28, "No space left on device")
        source.replace(to)

    with pytest.raises(OSError, match="No space left on device"):
        report_edition.swap_folders(folder, draft, retired, move)
    assert (files(folder), retired.exists()) == (before, False)


def test_write_edition_unwritable_file_leaves_the_report_as_it_was(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(corpus / "tower")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "report.txt")

    profile = load_profile(corpus / "tower")
    edition = report_edition.prepare_edition(corpus / "tower", profile, NEW)
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(CorpusError, match="No space left on device; the report is as it was"):
        report_edition.write_edition(corpus / "tower", edition)
    assert files(corpus / "tower") == before
    assert [path.name for path in corpus.iterdir()] == ["tower"]


def test_read_previous_after_a_stop_between_both_moves_brings_the_report_back(corpus: Path) -> None:
    (corpus / "tower").rename(corpus / ".tower.old")
    assert report_edition.read_previous(corpus, "tower").title == "The Tower"
    assert [path.name for path in corpus.iterdir()] == ["tower"]


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (PROFILE, {}),
        (PROFILE, {"title": 'The "Tower"', "publisher": "", "source": "https://x.org/'a'"}),
        (PROFILE, {"layout": Layout(page_break="form-feed"), "headings": ()}),
        ("title = 'A'", {"source": "b.md"}),
        (
            "layout = {lines = 'wrapped'}\ntitle = 'A'\n[labels]\ndate = [\n'When',\n]\n[kinds]\n'a b' = 'c'",
            {"layout": Layout()},
        ),
        (
            "name = 'b'\ntitle = 'A'\nlayout = {page_break = 'form-feed'}\ntime_zone_stated = true\n"
            "[[prose]]\nas = 'speaker'\npattern = '{name} said'\n[titles]\nroles = ['Head']",
            {"layout": Layout(), "language": "ja"},
        ),
    ],
)
def test_update_profile_text_says_what_the_profile_says(text: str, changes: dict[str, object]) -> None:
    profile = Profile.model_validate({"name": "x", **tomllib.loads(text)}).model_copy(update=changes)
    updated = report_edition.update_profile_text(text, profile, "x")
    assert Profile.model_validate({"name": "x", **tomllib.loads(updated)}) == profile
    assert ("# Chapters, and what follows them." in updated) == ("# Chapters" in text)


def test_prepare_edition_bullets_of_lists_are_no_part_of_evidence(corpus: Path) -> None:
    profile = read_previous(corpus, "tower").model_copy(update={"layout": Layout()})
    text = NEW + "\n\n• Whales sing.\n\n◦ Seals bark.\n"
    rows = [{"text": "Whales sing. Seals bark.", "en": "x"}, {"text": "Seals sing.", "en": "x"}]
    (corpus / "tower" / "readings.jsonl").write_text(lines_of(rows), "utf-8")
    edition = prepare_edition(corpus / "tower", profile, text)
    assert edition.kept["readings.jsonl"] == [json.dumps(rows[0], ensure_ascii=False)]
    assert edition.aside["readings.jsonl"] == [json.dumps(rows[1], ensure_ascii=False)]
