"""Make questions of a report's own sentences: a number, a date or a name is asked back.

They measure a report about which nobody wrote questions. Such questions repeat the words of the report, so they are easier
than those of people: their figures tell whether a build is broken, not how good answers are.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from index.evaluation.metrics import OFF_TOPIC, Question
from index.models import Sentence
from index.text.localization import CJK

SHORTEST, LONGEST = 15, 160  # characters of a sentence that is asked
KANA = re.compile(r"[\u3040-\u30ff]")


def make_questions(sentences: Iterable[Sentence], everyday: Iterable[str], limit: int) -> list[Question]:
    """Make up to `limit` answerable questions, and half as many off-topic ones; the same for the same sentences.

    :param sentences: the sentences of reports.
    :param everyday: questions that no report answers.
    """
    made = [question for sentence in sentences if sentence.quotable and (question := ask_back(sentence.text))]
    off_topic = [Question(id=f"o{digest(text)}", question=text, kind=OFF_TOPIC, answerable=False) for text in everyday]
    if not made:
        return []
    return [*sorted(made, key=lambda each: each.id)[:limit], *sorted(off_topic, key=lambda each: each.id)[: limit // 2]]


def ask_back(sentence: str) -> Question | None:
    """Return the question of a sentence, or None if it holds nothing to ask back."""
    if not SHORTEST <= len(sentence) <= LONGEST:
        return None
    language = "ja" if KANA.search(sentence) else "zh" if CJK.search(sentence) else "en"
    for pattern, asks in load_cloze()[language]:
        if match := pattern.search(sentence):
            text = f"{sentence[: match.start()]}{asks}{sentence[match.end() :]}".rstrip("。.!！;；")
            return Question(
                id=f"c{digest(sentence)}",
                question=f"{text}{'?' if language == 'en' else '？'}",
                answerable=True,
                evidence=(sentence,),
                answer_keys=(match[0].strip(),),
            )
    return None


@cache
def load_cloze() -> dict[str, tuple[tuple[re.Pattern[str], str], ...]]:
    """Load `cloze.toml`: what is asked back, and the words that ask, by language."""
    tables = tomllib.loads((files("index.evaluation") / "cloze.toml").read_text("utf-8"))
    return {language: tuple((re.compile(row["finds"]), row["asks"]) for row in rows) for language, rows in tables.items()}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
