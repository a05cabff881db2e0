"""Files as people publish them: what text comes of each kind, and how one that cannot be read is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import CorpusError
from index.ingest.conversion import convert_file
from index.ingest.converter_types import Converted
from tests.index.files import docx, pdf

HTML = """<html><head><title>Harbour 2030 | Board</title><script>x()</script></head><body><nav>Home</nav>
<main><h1>Harbour 2030</h1><p>The <b>board</b> met<br>twice.</p><h2>Money</h2>
<ul><li>Dredging</li><li>Paint</li></ul>
<table><tr><th>Item</th><th>Cost</th></tr><tr><td>Oil</td><td>40</td></tr></table><!-- no --></main></body></html>"""
MARKED = "The board met twice.\n\n## Money\n\n• Dredging\n\n• Paint\n\nItem | Cost\n\nItem: Oil | Cost: 40"
MARKDOWN = """---
layout: x
---
# Harbour 2030

The **board** met
twice.

## Money

- Dredging
- Paint

| Item | Cost |
| --- | --- |
| Oil | 40 |
"""
WORD = [(1, "Harbour 2030"), (0, "The board met twice."), (2, "Money"), (0, "Dredging &amp; paint")]


def written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.html", HTML, Converted(MARKED, "Harbour 2030", marked=True, dropped=(("navigation", 1),))),
        ("a.MD", MARKDOWN, Converted(MARKED, "Harbour 2030", marked=True, dropped=(("front matter", 1),))),
        (
            "a.docx",
            docx(WORD),
            Converted("# Harbour 2030\n\nThe board met twice.\n\n## Money\n\nDredging & paint", "Harbour 2030", marked=True),
        ),
        ("a.htm", "<h1>A</h1><p>x</p><h1>B</h1>", Converted("# A\n\nx\n\n# B", "A", marked=True)),
        ("a.txt", "# 年報\n\n燈塔。", Converted("# 年報\n\n燈塔。", "年報")),
        (
            "a.pdf",
            pdf([["壹、燈塔", "燈塔每晚燃油。"], ["貳、港口", "港口在春天疏浚。"]], "燈塔年報"),
            Converted("壹、燈塔\n\n燈塔每晚燃油。\n\n\f貳、港口\n\n港口在春天疏浚。", "燈塔年報", paged=True, joined=True),
        ),
    ],
)
def test_convert_file_each_format_returns_text_and_title(
    tmp_path: Path, name: str, data: bytes | str, expected: Converted
) -> None:
    assert convert_file(written(tmp_path, name, data)) == expected


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.pdf", pdf([[], [], []]), "3 pages without text, so they are pictures of pages; make one with text of it first"),
        ("a.pdf", b"%PDF-1.7 and no more", "cannot be read as pdf"),
        (
            "a.pdf",
            pdf([["Ships wait at sea."]], password="x"),
            "is locked with a password; save a copy without one and add that",
        ),
        (
            "a.pdf",
            pdf([["Ships wait at sea."]], unicode=False),
            "its text is garbled: 15 of 15 characters have no meaning; run OCR on its pages: ocrmypdf --force",
        ),
        ("a.docx", b"PK no archive", "cannot be read as docx (File is not a zip file); open it and save it again"),
        ("a.doc", b"x", "a .doc cannot be read; give one of .pdf, .docx, .odt, .html, .htm, .md, .txt"),
        ("a.odt", b"PK no archive", "cannot be read as odt (File is not a zip file); open it and save it again"),
        ("a", b"x", "a file without a suffix cannot be read"),
        ("a.html", b"<p> </p><script>x</script>", "holds no text"),
        ("a.txt", b"\xff\xff\xff", "cannot be read as txt"),
    ],
)
def test_convert_file_unreadable_content_raises_corpus_error(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    path = written(tmp_path, name, data)
    with pytest.raises(CorpusError) as raised:
        convert_file(path)
    assert str(raised.value).startswith(f"{path}: {told}")


def test_convert_file_pdf_reports_each_page(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    pages = [["Ships wait at sea."], ["Oil burns the whole night."], ["Salt is dear."]]
    convert_file(written(tmp_path, "a.pdf", pdf(pages)), report=lambda *progress: told.append(progress))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_convert_file_missing_file_raises_corpus_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"b\.pdf: cannot be read \(No such file or directory\)"):
        convert_file(tmp_path / "b.pdf")


@given(st.binary(max_size=200), st.sampled_from(["pdf", "docx", "odt", "html", "md", "txt"]))
def test_convert_file_any_bytes_return_text_or_corpus_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, kind: str
) -> None:
    path = written(tmp_path_factory.getbasetemp(), f"any.{kind}", data)
    try:
        assert convert_file(path).text.strip()
    except CorpusError as error:
        assert str(error).startswith(str(path))
