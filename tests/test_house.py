"""The house rules that a machine can check: who may import what, and what code may not know."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from index.reports import profile, reader
from index.reports.sessions import collect_people, find_sessions

ROOT = Path(__file__).parents[1]
CODE = sorted(path for package in ("index", "bot") for path in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
# Each heavy library has one home, so that it can be replaced there.
HOMES = {
    "faiss": {"index/retrieval/dense_index.py"},
    "sentence_transformers": {
        "index/encoding/sentence_transformer.py",
        "index/encoding/e5_torch.py",
        "index/reading/cross_encoder.py",
    },
    "openvino": {"index/encoding/openvino_runtime.py"},
    "langchain_text_splitters": {"index/reports/passages.py"},
    "bm25s": {"index/retrieval/bm25_index.py"},
    "pymilvus": {"index/retrieval/milvus_retriever.py"},
    "pypdfium2": {"index/ingest/pdf/glyphs.py"},
    "PIL": {"index/site/fonts.py", "index/site/preview_cards.py"},
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


def test_imports_keep_the_layers_of_pyproject() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout[-400:].partition("Contracts: ")[2].strip()) == (0, "3 kept, 0 broken.")


def test_imports_have_no_circle() -> None:
    graph = grimp.build_graph("index", "bot", exclude_type_checking_imports=False)
    assert len(graph.modules) > 150
    assert cycles({module: graph.find_modules_directly_imported_by(module) for module in graph.modules}) == []


def cycles(imported: dict[str, set[str]]) -> list[str]:
    """The modules that are left when, again and again, those go that import none of the others or are imported by none."""
    left = dict(imported)
    while True:
        used = set().union(*left.values())
        ends = [module for module, others in left.items() if module not in used or not others & left.keys()]
        if not ends:
            return sorted(left)
        for module in ends:
            del left[module]


def test_cycles_two_modules_import_each_other_returns_both() -> None:
    assert cycles({"a": {"b"}, "b": {"a", "d"}, "c": {"a"}, "d": set()}) == ["a", "b"]


def test_packages_hold_two_to_ten_modules() -> None:
    packages = {path.parent for path in CODE} - {ROOT / "index", ROOT / "bot"}
    sizes = {name(each): len([path for path in each.glob("*.py") if path.stem != "__init__"]) for each in packages}
    assert {each: size for each, size in sizes.items() if "migrations" not in each and not 2 <= size <= 10} == {}
    roots = [len([path for path in (ROOT / each).glob("*.py") if path.stem != "__init__"]) for each in ("index", "bot")]
    assert max(roots) <= 6


def test_code_imports_no_tests_and_corpus_holds_no_code() -> None:
    assert {file for file, found in IMPORTS.items() if "tests" in found} == set()
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
