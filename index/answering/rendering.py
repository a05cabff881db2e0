"""An answer as plain text: the verdict, the quotations with their places, or the nearest sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.models import Citation, Hit, Session, Verdict
from index.structured_qa.rules import Finding
from index.structured_qa.source_lines import Quote
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
STRUCTURE_PHRASES: dict[Language, dict[str, str]] = {
    "zh-TW": {
        "moderator": "主持：",
        "speaker": "發言：",
        "takes office": "接任：",
        "and": "、",
        "between": "；",
        "dated": "{title}（{when}）",
        "date": "{sessions}。",
        "about": "{sessions}：{told}",
        "people": "報告寫明 {count} 人。",
        "one person": "報告寫明 1 人。",
        "sessions": "共 {count} 場：{sessions}。",
        "one session": "共 {count} 場：{sessions}。",
    },
    "en": {
        "moderator": "moderator: ",
        "speaker": "speaker: ",
        "takes office": "takes office: ",
        "and": ", ",
        "between": "; ",
        "dated": "{title} ({when})",
        "date": "{sessions}.",
        "about": "{sessions}. {told}",
        "people": "The report names {count} people.",
        "one person": "The report names one person.",
        "sessions": "{count} sessions: {sessions}.",
        "one session": "One session: {sessions}.",
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


def tell(
    finding: Finding,
    quotes: Sequence[Quote],
    sessions: Mapping[str, Session],
    language: Language,
) -> str:
    """The answer as plain text: what was found in one line, then the report's own lines, each with its place."""
    words = STRUCTURE_PHRASES[language]
    lines = [lead(finding, sessions, words)]
    for quote in quotes:
        capacity = words[quote.capacity] if quote.capacity else ""
        shown = words["and"].join(quoted(line, PHRASES[language]) for line in quote.citation.quote.split("\n"))
        lines.append(f"[{quote.citation.n}] {capacity}{shown}{place(quote.citation, PHRASES[language])}")
    return "\n".join(lines)


def lead(finding: Finding, sessions: Mapping[str, Session], words: Mapping[str, str]) -> str:
    """What was found, in one line."""

    def dated(session: Session) -> str:
        whole = sessions.get(session.parent or "")
        title = f"{whole.title} › {session.title}" if whole else session.title
        times = f" {session.start}–{session.end}" if session.start else ""
        return words["dated"].format(title=title, when=f"{session.date}{times}") if session.date else title

    if finding.sessions:
        kind = "date" if finding.dating else "one session" if len(finding.sessions) == 1 else "sessions"
        about, count = finding.sessions, len(finding.sessions)
    else:
        count = len({part.person.name for part in finding.parts})
        kind = "one person" if count == 1 else "people"
        about = finding.about
    told = words[kind].format(sessions=words["between"].join(map(dated, about)), count=count)
    return words["about"].format(sessions=words["between"].join(map(dated, about)), told=told) if finding.about else told
