"""Lines of a model against the sentences that they cite, with judges that always or never agree."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.claims.claim_check import ClaimChecker
from index.engine import Engine
from index.models import Citation
from index.reading.reader import Window
from index.writing.line_verifier import LONGEST, LineVerifier
from index.writing.written_head import LineVerdict, WritingTask, WrittenLine
from tests.paraphrases import MUTATIONS, true_claims

SENTENCES = (
    "The lighthouse burns 40 litres of oil each night.",
    "The harbour board met twice in 2030 and spent 4.2 million euros on the new breakwater in Portugal.",
    "According to Ben Sand, the gulls may return in March 2031 if Cora Tide does not paint the cranes.",
    "協會於 2031 年 5 月 12 日在日本舉行座談，約有 78 國代表參加，多數國家同意不增加經費。",
    "林海表示，若霧季提前，領港公會可能在六月清點 12 艘救生艇。",
    "At least three of the 14 pilots refused to sign the agreement with the Harbour Guild before Friday.",
)
READING = "In June 2031 the league counts 12 lifeboats."
SOURCES = (
    *(Citation(n, text, "harbour:1", ("Summary",), (1, 1)) for n, text in enumerate(SENTENCES, 1)),
    Citation(7, "協會 2031 年六月清點救生艇 12 艘。", "tower:1", (), (1, 1), reading=READING),
)
TASK = WritingTask("?", "en", SOURCES, "g", ())


class Judge:
    """A judge that finds that all sentences support a claim, or that none does."""

    def __init__(self, *, supports: bool) -> None:
        self.probabilities = (0.99, 0.005, 0.005) if supports else (0.0, 0.0, 1.0)

    def judge(self, pairs: Sequence[tuple[str, Window]]) -> np.ndarray:
        return np.array([self.probabilities] * len(pairs))


@pytest.fixture(scope="session")
def credulous(engine: Engine) -> LineVerifier:
    return LineVerifier(ClaimChecker(engine.answerer, lambda: Judge(supports=True)), {"harbour": "en", "tower": "zh-Hant"})


@pytest.fixture(scope="session")
def strict(engine: Engine) -> LineVerifier:
    return LineVerifier(ClaimChecker(engine.answerer, lambda: Judge(supports=False)), {"harbour": "en", "tower": "zh-Hant"})


def reason(verifier: LineVerifier, line: str) -> str:
    """Why a line is dropped; "kept" if it is not."""
    verdict = verifier.verify(TASK, line)
    return "kept" if verdict.line else verdict.reason


@pytest.mark.parametrize(
    ("line", "claim", "citations"),
    [
        (f"{SENTENCES[0]} [1]", SENTENCES[0], (1,)),
        (f"{SENTENCES[0]} [2][1]", SENTENCES[0], (1,)),
        (f"{SENTENCES[0]} {SENTENCES[5]} [1][6]", f"{SENTENCES[0]} {SENTENCES[5]}", (1, 6)),
        (f"{SENTENCES[3].replace('於', '在')} [4]", SENTENCES[3].replace("於", "在"), (4,)),
    ],
)
def test_verify_words_of_cited_sentences_need_no_judge(
    strict: LineVerifier, line: str, claim: str, citations: tuple[int, ...]
) -> None:
    assert strict.verify(TASK, line) == LineVerdict(WrittenLine(claim, citations))


def test_verify_other_words_need_the_judge(credulous: LineVerifier, strict: LineVerifier) -> None:
    line = "To keep its lamp lit, the lighthouse goes through 40 litres of oil each night. [1]"
    assert (reason(strict, line), reason(credulous, line)) == ("entailment", "kept")
    assert reason(credulous, "The lighthouse wastes 40 litres of oil each night. [1]") == "added"
    assert reason(credulous, "Each night the oil goes through 40 litres of lighthouse. [1]") == "order"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("NONE", ""),
        ("", ""),
        (SENTENCES[0], "no_citation"),
        (f"{SENTENCES[0]} [9]", "unknown_citation"),
        (f"{SENTENCES[0]} [1][0]", "unknown_citation"),
        (f"{SENTENCES[0]} https://evil.example [1]", "markup"),
        ("Visit www.evil.example now [1]", "markup"),
        ("Visit evil.example/coins now [1]", "markup"),
        (f"**{SENTENCES[0]}** [1]", "markup"),
        (f"`{SENTENCES[0]}` [1]", "markup"),
        (f"- {SENTENCES[0]} [1]", "markup"),
        (f"# {SENTENCES[0]} [1]", "markup"),
        (f"@everyone {SENTENCES[0]} [1]", "markup"),
        (f"<@123456789012345678> {SENTENCES[0]} [1]", "markup"),
        (f"[{SENTENCES[0]}](x) [1]", "markup"),
        (f"{'word ' * LONGEST} [1]", "too_long"),
        ("It burns 40 litres of oil each night. [1]", "pronoun"),
        ("該協會於 2031 年 5 月 12 日在日本舉行座談。 [4]", "pronoun"),
        ("What does it burn? [1]", "not_a_line"),
        ("40 [1]", "not_a_line"),
        ("[1]", "not_a_line"),
        (f"{SENTENCES[0]}\u202e [1]", "not_a_line"),
        ("The lighthouse uses 50 litres of oil each night. [1]", "number"),
        ("The board met twice in 2029 and paid for the breakwater. [2]", "date"),
        ("The harbour board met twice in Spain. [2]", "country"),
        ("Ada Quill lit the lighthouse with oil each night. [1]", "name"),
        ("The lighthouse of Xanadu burns oil each night. [1]", "name"),
        ("The lighthouse does not burn 40 litres of oil each night. [1]", "polarity"),
        ("Only the lighthouse burns 40 litres of oil each night. [1]", "degree"),
        ("The gulls return in March 2031. [3]", "qualifier"),
        ("霧季提前，領港公會可能在六月清點 12 艘救生艇。 [5]", "qualifier"),
        ("周明哲部長表示，若霧季提前，領港公會可能在六月清點 12 艘救生艇。 [5]", "name"),
        ("所有國家同意不增加經費。 [4]", "degree"),
    ],
)
def test_verify_tells_why_a_line_is_dropped_whatever_the_judge_says(credulous: LineVerifier, line: str, why: str) -> None:
    assert reason(credulous, line) == why


def test_verify_another_language_is_compared_by_numbers_names_denial_and_attribution(
    credulous: LineVerifier, strict: LineVerifier
) -> None:
    line = "About 78 countries took part on 12 May 2031 in Japan, and they did not raise the budget. [4]"
    kept = credulous.verify(TASK, line).line
    assert kept is not None
    assert (kept.machine_translated, kept.citations) == (True, (4,))
    assert reason(strict, line) == "entailment"
    wrong = (
        line.replace("78", "79"),
        line.replace("Japan", "Chile"),
        line.replace("did not raise", "raised"),
        line.replace("12 May", "13 May"),
    )
    assert [reason(credulous, each) for each in wrong] == ["number", "country", "polarity", "date"]
    assert reason(credulous, line.replace("they", "Ada Quill")) == "name"
    assert reason(credulous, "王大明說，燈塔每晚燒 40 公升的油。 [1]") == "qualifier"
    assert reason(credulous, "燈塔每晚燒 40 公升的油。 [1]") == "kept"


def test_verify_another_language_with_a_reviewed_reading_is_compared_with_that(strict: LineVerifier) -> None:
    assert strict.verify(TASK, f"{READING} [7]").line == WrittenLine(READING, (7,))
    assert reason(strict, "In June 2031 the league counts 13 lifeboats. [7]") == "number"


@given(st.sampled_from(SENTENCES), st.sampled_from(sorted(MUTATIONS)), st.integers(0, 2**32))
def test_verify_mutated_claim_is_dropped(
    strict: LineVerifier, credulous: LineVerifier, sentence: str, kind: str, seed: int
) -> None:
    """A claim that one of eight mutations made false is never proven by its words, nor shown if the judge errs."""
    rng = random.Random(seed)
    claim = next(iter(true_claims(sentence, rng)), "")
    mutated = MUTATIONS[kind](claim, rng) if claim else None
    assume(mutated and mutated != claim)
    number = SENTENCES.index(sentence) + 1
    assert strict.verify(TASK, f"{mutated} [{number}]").line is None
    if kind in ("number", "date", "name", "country", "polarity"):
        assert credulous.verify(TASK, f"{mutated} [{number}]").line is None


@given(st.text(max_size=100))
def test_verify_any_line_ends_in_a_verdict(credulous: LineVerifier, text: str) -> None:
    verdict = credulous.verify(TASK, f"{text} [1]")
    assert verdict.line is None or "://" not in verdict.line.text
