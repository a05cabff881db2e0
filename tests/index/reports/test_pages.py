"""Pages of reports that mark them, and of those that do not."""

import logging
from pathlib import Path

import pytest

from index.config import CorpusOptions, Settings
from index.reports.corpus import read_corpus
from tests.index.corpora import write

TOML = """
title = "Lights"
[layout]
page_break = "{}"
[[headings]]
pattern = "# (?P<title>.*)"
[labels]
date = ["Date"]
"""
TEXT = "# Day\n\nDate: soon\n\nOil burns.\n\n\fPaint dries."


@pytest.mark.parametrize(
    ("page_break", "pages", "place"),
    [("form-feed", [(1, 1), (1, 1), (1, 1), (2, 2)], "line 1, page 1"), ("none", [(0, 0)] * 4, "line 1")],
)
def test_read_corpus_report_without_page_breaks_has_no_pages(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, page_break: str, pages: list[tuple[int, int]], place: str
) -> None:
    write(tmp_path, "lights", TEXT, TOML.format(page_break))
    with caplog.at_level(logging.WARNING):
        corpus = read_corpus(Settings(corpus=CorpusOptions(path=tmp_path)))
    assert [sentence.pages for sentence in corpus.sentences] == pages
    assert [session.pages for session in corpus.sessions] == [(1, 2) if pages[0][0] else (0, 0)]
    assert f"report.txt, {place}: the session “Day” has no date" in caplog.text
