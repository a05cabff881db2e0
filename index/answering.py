"""What search found -> an answer: one to three sentences quoted word for word, each proven, or an honest refusal."""

import time
import unicodedata
from collections.abc import Callable, Sequence

from index.calibration import Calibration
from index.language import Language, language_of
from index.models import Answer, Citation, Hit, SectionPath, Verdict
from index.search import Evidence, Found, Searcher

# Cuts of the confidence, chosen on questions of both kinds that the evaluation set does not hold.
ANSWERED, RELATED = 0.5, 0.3
# The most that a question about a year can get which the corpus never names.
UNSAID = (ANSWERED + RELATED) / 2
QUOTATIONS = 3
EVIDENCE_HITS = 5  # quotations come from these best passages
# A further sentence is quoted if it scores at most this much below the best, in standard deviations of the sentences'.
MARGIN = 1.5

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
    },
}

SpeakerOf = Callable[[SectionPath], str | None]


class Answerer:
    """Answers questions from one generation of the index."""

    def __init__(self, searcher: Searcher, calibration: Calibration, speaker_of: SpeakerOf, index: str) -> None:
        self.searcher, self.calibration, self.speaker_of, self.index = searcher, calibration, speaker_of, index

    def ask(self, question: str, top: int = 10) -> Answer:
        """Answer any text; one with nothing to search for is told so. `top` passages come with the answer."""
        began = time.perf_counter()
        asked = searchable(question)
        words = PHRASES[language_of(question)]
        if not any(character.isalnum() for character in asked):
            return Answer(question, "not_covered", 0.0, words["empty"], (), (), self.index, elapsed(began))
        found = self.searcher.search(asked, max(top, EVIDENCE_HITS))
        confidence = self.calibration.confidence(asked, found)
        # What happened in a year that the report never names, it does not say.
        confidence = round(min(confidence, UNSAID) if found.missing_years else confidence, 4)
        verdict: Verdict = "answered" if confidence >= ANSWERED else "related" if confidence >= RELATED else "not_covered"
        citations = self._cite(found) if verdict != "not_covered" else ()
        if not citations:
            verdict = "not_covered"
        hits = found.hits[:top]
        text = compose(verdict, citations, found.hits, words)
        return Answer(question, verdict, confidence, text, citations, hits, self.index, elapsed(began))

    def _cite(self, found: Found) -> tuple[Citation, ...]:
        allowed = {hit.passage.id for hit in found.hits[:EVIDENCE_HITS]}
        proven = [each for each in found.evidence if each.passage.id in allowed and is_quotation(each)]
        chosen = [each for each in proven[:QUOTATIONS] if each.score >= proven[0].score - MARGIN]
        return tuple(
            Citation(
                n,
                each.sentence.text,
                each.passage.id,
                each.sentence.section,
                each.sentence.pages,
                self.speaker_of(each.sentence.section),
            )
            for n, each in enumerate(chosen, 1)
        )


def searchable(question: str) -> str:
    """The question without what cannot be seen: controls as spaces, joiners, direction marks and surrogates gone."""
    kinds = ((character, unicodedata.category(character)) for character in question)
    return "".join(" " if kind == "Cc" else character for character, kind in kinds if kind[0] != "C" or kind == "Cc")


def elapsed(began: float) -> float:
    """Milliseconds since `began`."""
    return round((time.perf_counter() - began) * 1000, 2)


def is_quotation(evidence: Evidence) -> bool:
    """Whether the quote stands in its passage, compatibility forms and white space folded."""
    return folded(evidence.sentence.text) in folded(evidence.passage.text)


def folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def compose(verdict: Verdict, citations: Sequence[Citation], hits: Sequence[Hit], words: dict[str, str]) -> str:
    """The answer as plain text."""
    lines = [words[verdict]]
    for citation in citations:
        place = words["place"].format(section=" › ".join(citation.section), pages=page_range(citation.pages))
        speaker = words["speaker"].format(name=citation.speaker) if citation.speaker else ""
        lines.append(f"[{citation.n}] {speaker}{words['open']}{citation.quote}{words['close']}{place}")
    if not citations:
        paths = dict.fromkeys(hit.passage.section for hit in hits if hit.passage.section)
        if paths:
            lines.append(words["nearest"] + words["between"].join(" › ".join(path) for path in list(paths)[:2]))
    return "\n".join(lines)


def page_range(pages: tuple[int, int]) -> str:
    """`8`, or `8–9`."""
    first, last = pages
    return str(first) if first == last else f"{first}–{last}"
