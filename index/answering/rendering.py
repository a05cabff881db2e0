"""An answer as plain text: the verdict, the quotations with their places, or the nearest sections."""

from __future__ import annotations

from collections.abc import Sequence

from index.models import Citation, Hit, Verdict
from index.text.localization import Language

PHRASES: dict[Language, dict[str, str]] = {
    "zh-TW": {
        "answered": "報告這樣寫：",
        "related": "報告提到相關內容，但沒有直接回答這個問題：",
        "not_covered": "這份報告沒有提到這件事。",
        "nearest": "最接近的章節：",
        "empty": "請輸入想問的問題。",
        "open": "「",
        "close": "」",
        "between": "；",
        "speaker": "{name}：",
        "place": "（{section}，第 {pages} 頁）",
        "page": "（第 {pages} 頁）",
        "reading": "",
        "scope": "範圍：{scope}",
    },
    "en": {
        "answered": "The report says:",
        "related": "The report touches on this but does not answer it directly:",
        "not_covered": "The report does not say.",
        "nearest": "Nearest sections: ",
        "empty": "Please type a question.",
        "open": "“",
        "close": "”",
        "between": "; ",
        "speaker": "{name}: ",
        "place": " ({section}, p. {pages})",
        "page": " (p. {pages})",
        "reading": "\n    unofficial English reading: {reading}",
        "scope": "Within: {scope}",
    },
}


def compose(verdict: Verdict, citations: Sequence[Citation], hits: Sequence[Hit], words: dict[str, str]) -> str:
    """The answer as plain text."""
    lines = [words[verdict]]
    for citation in citations:
        speaker = words["speaker"].format(name=citation.speaker) if citation.speaker else ""
        reading = words["reading"].format(reading=citation.reading) if citation.reading else ""
        lines.append(f"[{citation.n}] {speaker}{quoted(citation.quote, words)}{place(citation, words)}{reading}")
    if not citations:
        paths = dict.fromkeys(hit.passage.section for hit in hits if hit.passage.section)
        if paths:
            lines.append(words["nearest"] + words["between"].join(" › ".join(path) for path in list(paths)[:2]))
    return "\n".join(lines)


def quoted(text: str, words: dict[str, str]) -> str:
    return f"{words['open']}{text}{words['close']}"


def place(citation: Citation, words: dict[str, str]) -> str:
    """Section, if any, and pages of a citation, in brackets."""
    shape = words["place" if citation.section else "page"]
    return shape.format(section=" › ".join(citation.section), pages=page_range(citation.pages))


def page_range(pages: tuple[int, int]) -> str:
    """`8`, or `8–9`."""
    first, last = pages
    return str(first) if first == last else f"{first}–{last}"
