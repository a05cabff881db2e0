"""What was found in the sessions and people, in the words of an answer."""

from collections.abc import Mapping, Sequence

from index.answering.rendering import PHRASES, place, quoted
from index.models import Session
from index.structured_qa.rules import Finding
from index.structured_qa.source_lines import Quote
from index.text.localization import Language

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
