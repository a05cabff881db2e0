"""The house rules that a machine can check: who may import what, and what code may not know."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.reports import profile, reader
from index.reports.sessions import collect_people, find_sessions

ROOT = Path(__file__).parents[1]
CODE = sorted(path for package in ("index", "bot") for path in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
# Each heavy library has one home, so that it can be replaced there.
HOMES = {
    "faiss": {"index/retrieval/dense_index.py"},
    "sentence_transformers": {"index/encoding/sentence_transformer.py", "index/encoding/e5_torch.py"},
    "openvino": {"index/encoding/openvino_runtime.py"},
    "langchain_text_splitters": {"index/reports/passages.py"},
    "bm25s": {"index/retrieval/bm25_index.py"},
    "pymilvus": {"index/retrieval/milvus_retriever.py"},
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """The first part of every module that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{name(path)}, line {node.lineno}: relative import"
            yield node.module.partition(".")[0]


IMPORTS = {name(path): set(imports(path)) for path in CODE}


def test_checked_files_include_known_modules_and_tests() -> None:
    assert {"index/cli/app.py", "bot/cli/run.py", "bot/cogs/ask.py"} <= IMPORTS.keys()
    assert len(TESTS) > 20


def test_package_imports_follow_allowed_direction() -> None:
    outward = {"index/": {"bot", "discord", "tests"}, "bot/": {"tests"}}
    for folder, forbidden in outward.items():
        assert {
            file: found & forbidden for file, found in IMPORTS.items() if file.startswith(folder) and found & forbidden
        } == {}
    assert list((ROOT / "corpus").rglob("*.py")) == []


@pytest.mark.parametrize(("library", "homes"), HOMES.items())
def test_heavy_library_is_imported_only_in_its_home_module(library: str, homes: set[str]) -> None:
    assert {file for file, found in IMPORTS.items() if library in found} == homes


@pytest.mark.process
def test_program_import_loads_no_heavy_library() -> None:
    modules = ("index", "index.engine", "bot.cli", "index.cli")
    heavy = {"torch", "openvino", "numpy", "rich", "discord", "sqlalchemy"}
    program = (
        f"import importlib, sys\nfor m in {modules}:\n    importlib.import_module(m)\n"
        f"    print(m, sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"{module} []" for module in modules]


def test_module_names_exclude_catch_all_names() -> None:
    drawers = {"utils", "util", "helpers", "misc", "common"}
    assert [name(path) for path in (*CODE, *TESTS) if path.stem in drawers] == []


def proper_names() -> set[str]:
    """Whom and what the corpus names: people as printed and the parts of their names, and titles of sessions."""
    found: set[str] = set()
    for folder in profile.report_folders(ROOT / "corpus"):
        about = profile.load_profile(folder)
        document = reader.read_document(profile.read_text(folder), about)
        every = find_sessions(document, about)
        for person, _ in collect_people(every):
            found |= {person.name, *(part.strip(",") for part in person.name.split())}
        # A title that is only a kind of session, such as an opening, is a word of any report.
        found |= {session.title for session in every if session.title not in about.kinds}
        found |= {about.title, about.publisher}
    return {text for text in found if len(text) > 3 or (not text.isascii() and len(text) > 1)}


def stands_in(word: str, text: str) -> bool:
    """Whether a text holds a name, as a word of its own where it has Latin letters."""
    return bool(re.search(rf"\b{re.escape(word)}\b", text)) if word.isascii() else word in text


def test_source_code_contains_no_names_from_reports() -> None:
    names = proper_names()
    assert len(names) > 40
    known = {name(path): sorted(n for n in names if stands_in(n, path.read_text("utf-8"))) for path in CODE}
    assert {file: found for file, found in known.items() if found} == {}
