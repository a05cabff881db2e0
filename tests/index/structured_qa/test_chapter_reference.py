"""Chapters that a question names by number."""

import pytest

from index.structured_qa.chapter_reference import read_chapter

CHINESE = [("摘要",), ("壹、目的",), ("貳、過程",), ("貳、過程", "一、開幕"), ("參、心得",)]
ENGLISH = [("Summary",), ("1 Introduction",), ("2 Methods",), ("2 Methods", "3 Data"), ("Chapter 3: Results",)]
PLAIN = [("Opening",), ("Debate",), ("Close",)]


@pytest.mark.parametrize(
    ("question", "sections", "chapter"),
    [
        ("第二章在講什麼？", CHINESE, (("貳、過程",), "這份報告在講什麼？")),
        ("请总结第 3 部分", CHINESE, (("參、心得",), "请总结這份報告")),
        ("3章の要点は？", CHINESE, (("參、心得",), "這份報告の要点は？")),
        ("What is chapter 2 about?", ENGLISH, (("2 Methods",), "What is the report about?")),
        ("Summarize Chapter 3", ENGLISH, (("Chapter 3: Results",), "Summarize the report")),
        ("what does chapter 2 say", PLAIN, (("Debate",), "what does the report say")),
        ("第四章在講什麼？", CHINESE, None),
        ("what does chapter 9 say", PLAIN, None),
        ("第二場在講什麼？", CHINESE, None),
        ("第零章", CHINESE, None),
        ("第二章", [], None),
    ],
)
def test_read_chapter_question_returns_section_and_rest(question: str, sections, chapter) -> None:
    assert read_chapter(question, sections) == chapter
