"""How lines of a writer are verified: python -m tests.bench.writing QUESTIONS [--config FILE] [--most N].

QUESTIONS is JSON Lines as for `report-index eval`. The first three quotations of each answer are paraphrased by rules
(tests/paraphrases.py), and each paraphrase that is kept is changed in up to eight ways, and put beside another sentence.
It prints the share of true claims that are kept, and by kind the share of false ones that are dropped, with the reasons.
"""

import argparse
import random
import time
from collections import Counter, defaultdict
from pathlib import Path

from index.config import Settings, load_config
from index.engine import Engine
from index.evaluation.metrics import load_questions
from index.writing.written_head import WritingTask
from tests.paraphrases import false_claims, true_claims

QUOTATIONS = 3  # of an answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--most", type=int)
    options = parser.parse_args()
    engine, rng = Engine.load(load_config(Settings, options.config)), random.Random(1)
    asked = [each.question for each in load_questions(options.questions)]
    rng.shuffle(asked)
    answers = [engine.ask(question) for question in asked[: options.most]]
    tasks = [task for task in map(engine.writing_task, answers) if task]
    print(f"{len(tasks)} of {len(answers)} answers may be written")
    kept, dropped = Counter[str](), defaultdict[str, Counter[str]](Counter)
    earlier = ("", "")  # the last sentence and its claim
    start = time.perf_counter()

    def judge(task: WritingTask, claim: str, number: int) -> str:
        return engine.verify_line(task, f"{claim} [{number}]").reason or "kept"

    for task in tasks:
        for source in task.sources[:QUOTATIONS]:
            for claim in true_claims(source.quote, rng):
                reason = judge(task, claim, source.n)
                kept[reason] += 1
                if reason != "kept":
                    continue
                for kind, false in false_claims(claim, rng):
                    dropped[kind][judge(task, false, source.n)] += 1
                if earlier[0] not in ("", source.quote):
                    dropped["another sentence"][judge(task, earlier[1], source.n)] += 1
                earlier = (source.quote, claim)
    print(f"true claims kept: {kept['kept'] / max(1, kept.total()):.3f} of {kept.total()} {dict(kept)}")
    for kind, reasons in dropped.items():
        print(f"{kind}, dropped: {1 - reasons['kept'] / reasons.total():.4f} of {reasons.total()} {dict(reasons)}")
    total = sum(dropped.values(), Counter[str]())
    print(f"false claims dropped: {1 - total['kept'] / max(1, total.total()):.4f} of {total.total()}")
    print(f"{1000 * (time.perf_counter() - start) / max(1, kept.total() + total.total()):.0f} ms a line")


if __name__ == "__main__":
    main()
