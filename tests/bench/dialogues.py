"""Whether questions that lean on the one before are understood: python -m tests.bench.dialogues [dialogues.jsonl]"""

import json
import sys
from pathlib import Path
from typing import Any

from index.config import Settings, load_config
from index.engine import Engine
from index.evaluation.metrics import holds_evidence
from index.models import Answer
from index.text.normalization import fold_without_whitespace

FILE = Path(__file__).with_name("dialogues.jsonl")
SHOWN = 3  # the evidence must lie in one of so many passages


def found(answer: Answer, dialogue: dict[str, Any]) -> bool:
    """Whether one of the first passages holds a piece of the evidence."""
    texts = [fold_without_whitespace(hit.passage.text) for hit in answer.hits[:SHOWN]]
    return any(holds_evidence(text, fold_without_whitespace(piece)) for text in texts for piece in dialogue["evidence"])


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    dialogues = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    engine = Engine.load(load_config(Settings))
    right = refused = 0
    for each in dialogues:
        answer = engine.follow(each["second"], each["first"])
        well = found(answer, each) if each["answerable"] else answer.verdict != "answered"
        right += well and each["answerable"]
        refused += well and not each["answerable"]
        mark = " " if well else "!"
        print(f"{mark} {each['id']} {answer.verdict:11} {answer.confidence:.2f}  {each['second']}  ->  {answer.understood}")
    answerable = sum(each["answerable"] for each in dialogues)
    print(f"right passage among the first {SHOWN}: {right} of {answerable}")
    print(f"refused where the report does not say: {refused} of {len(dialogues) - answerable}")


if __name__ == "__main__":
    main()
