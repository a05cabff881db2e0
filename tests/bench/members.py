"""How questions that members ask first are answered: python -m tests.bench.members FILE [--config FILE] [--show].

FILE is JSON Lines of `id`, `question`, `lang`, `kind`, `expect` (answered, refused or chat), `must` (pieces of content,
each a list of alternatives), `enough` (how many pieces a good answer quotes), `may` (what else is to the point) and `lead`
(groups of short strings, one of each of which the answer shows at once). A quotation holds a string if it contains it or a
run of 80 % of it, or lies within it.

An answer is good if its first quotation and two of three quotations are to the point, it quotes enough pieces, and it shows
the lead within its first 80 characters or in bold; it is usable if it quotes a piece, and else bad.
"""

import argparse
import json
import statistics
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.config import Settings, load_config
from index.engine import Engine
from index.evaluation.metrics import holds_evidence
from index.models import SMALL_TALK, Answer
from index.text.normalization import fold_without_whitespace

SHOWN_FIRST = 80  # characters
ON_POINT = 2 / 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one question was answered. `on_point` is whether each quotation is to the point, `lead` None where none exists."""

    row: dict[str, Any]
    answer: Answer
    mark: str
    on_point: tuple[bool, ...]
    lead: bool | None


def holds(quotation: str, text: str) -> bool:
    quotation, text = fold_without_whitespace(quotation), fold_without_whitespace(text)
    return holds_evidence(quotation, text) or quotation in text


def judge(row: dict[str, Any], answer: Answer) -> Verdict:
    """Judge an answer to a row of the file."""
    if row["expect"] == "chat":
        return Verdict(row, answer, "good" if answer.road == SMALL_TALK and not answer.citations else "bad", (), None)
    if row["expect"] == "refused":
        return Verdict(row, answer, "bad" if answer.verdict == "answered" else "good", (), None)
    quotations = [citation.quote for citation in answer.citations]
    pieces = [any(holds(quote, text) for quote in quotations for text in piece) for piece in row["must"]]
    welcome = [text for piece in row["must"] for text in piece] + row["may"]
    on_point = tuple(any(holds(quote, text) for text in welcome) for quote in quotations)
    shown = fold_without_whitespace(" ".join([answer.lead or "", answer.found[:SHOWN_FIRST], answer.text[:SHOWN_FIRST]]))
    shown += "".join(
        fold_without_whitespace(citation.quote[span[0] : span[1]])
        for citation in answer.citations
        for span in citation.spans
    )
    lead = (
        all(any(fold_without_whitespace(text) in shown for text in group) for group in row["lead"]) if row["lead"] else None
    )
    good = answer.verdict == "answered" and bool(on_point) and on_point[0] and sum(pieces) >= row["enough"]
    if good and lead is not False and sum(on_point) >= ON_POINT * len(on_point):
        mark = "good"
    else:
        mark = "usable" if any(pieces) else "bad"
    return Verdict(row, answer, mark, on_point, lead)


def share(values: list[bool]) -> str:
    return f"{sum(values) / max(1, len(values)):.3f} of {len(values)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--show", action="store_true", help="print the answers that are not good")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.file.read_text("utf-8").splitlines()]
    engine = Engine.load(load_config(Settings, arguments.config))
    verdicts = [judge(row, engine.ask(row["question"])) for row in rows]
    answered = [each for each in verdicts if each.row["expect"] == "answered" and each.answer.citations]
    for mark in ("good", "usable", "bad"):
        print(f"{mark}: {share([each.mark == mark for each in verdicts])}")
    print(f"quotations to the point: {share([point for each in answered for point in each.on_point])}")
    print(f"first quotation to the point: {share([each.on_point[0] for each in answered])}")
    print(f"lead shown: {share([each.lead for each in verdicts if each.lead is not None])}")
    print(f"refused, but answered: {sum(each.mark == 'bad' for each in verdicts if each.row['expect'] == 'refused')}")
    lengths = [sum(len(citation.quote) for citation in each.answer.citations) for each in answered]
    print(f"median characters of an answer's quotations: {statistics.median(lengths or [0]):.0f}")
    kinds = defaultdict(list)
    for each in verdicts:
        kinds[each.row["kind"]].append(each.mark == "good")
    print("good by kind:", ", ".join(f"{kind} {sum(marks)}/{len(marks)}" for kind, marks in sorted(kinds.items())))
    for each in verdicts if arguments.show else ():
        if each.mark != "good" or each.lead is False:
            print(f"\n{each.row['id']} {each.row['kind']} {each.mark}: {each.row['question']}")
            print(f"  {each.answer.verdict}, {each.answer.road}, lead: {each.answer.lead}, found: {each.answer.found[:80]}")
            for point, citation in zip(each.on_point, each.answer.citations, strict=False):
                print("  +" if point else "  -", citation.quote.replace("\n", " ")[:160])
            print("  must:", each.row["enough"], "of", each.row["must"], "lead:", each.row["lead"])


if __name__ == "__main__":
    main()
