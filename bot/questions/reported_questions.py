"""Group reported questions by similarity, and write them on a card, as CSV and as a Markdown list. Pure functions."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.cards.escaping import escape_markdown, inline_text, one_line
from bot.storage.store import Vote
from index.text.localization import Catalogue
from index.text.normalization import fold_text

# Similarity, 0 to 100, from which two questions count as one.
ALIKE = 80
QUESTION = 300  # characters


@dataclass(frozen=True, slots=True)
class Gap:
    """A group of similar questions.

    :param question: The first question of the group.
    :param count: The number of reports.
    :param verdicts: The distinct verdicts of the answers.
    :param reasons: The reasons that members gave.
    """

    question: str
    count: int
    verdicts: tuple[str, ...]
    reasons: tuple[str, ...]


def group_questions(sent: Sequence[Vote]) -> list[Gap]:
    """Group similar questions, the largest group first."""
    groups: list[list[Vote]] = []
    for vote in sent:
        text = fold_text(vote.question or "")
        alike = (group for group in groups if fuzz.ratio(text, fold_text(group[0].question or "")) >= ALIKE)
        if group := next(alike, None):
            group.append(vote)
        else:
            groups.append([vote])
    gaps = [
        Gap(
            group[0].question or "",
            len(group),
            tuple(dict.fromkeys(vote.verdict for vote in group if vote.verdict)),
            tuple(vote.reason for vote in group if vote.reason),
        )
        for group in groups
    ]
    return sorted(gaps, key=lambda gap: -gap.count)


def gap_blocks(gaps: Sequence[Gap], words: Catalogue, *, reasons: bool = True) -> Iterator[str]:
    """Format gaps for a card, under what they were answered with: first those that the report leaves open.

    :param reasons: Whether to write the reasons that members gave.
    """
    for verdict in ("not_covered", "related", "answered"):
        if alike := [gap for gap in gaps if (gap.verdicts or ("answered",))[0] == verdict]:
            yield words(f"gaps.{verdict}", count=sum(gap.count for gap in alike))
            for gap in alike:
                lines = [f"- {words('gaps.line', count=gap.count, question=inline_text(gap.question, QUESTION))}"]
                given = gap.reasons if reasons else ()
                lines += [f"  - {words('gaps.reason', text=inline_text(reason, QUESTION))}" for reason in given]
                yield "\n".join(lines)


def gaps_csv(gaps: Sequence[Gap]) -> str:
    """Format the gaps as CSV with a header row; a byte order mark makes spreadsheets read UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["count", "question", "verdicts", "reasons"])
    for gap in gaps:
        row = (gap.question, ", ".join(gap.verdicts), " | ".join(gap.reasons))
        writer.writerow([gap.count, *map(inert_cell, row)])
    return "\ufeff" + out.getvalue()


def inert_cell(text: str) -> str:
    """Prefix a cell that a spreadsheet would evaluate as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def gaps_markdown(gaps: Sequence[Gap]) -> str:
    """Format the gaps as a Markdown list, with the reasons under each question."""
    lines: list[str] = []
    for gap in gaps:
        lines.append(f"- {gap.count} × {escape_markdown(one_line(gap.question, QUESTION))}")
        lines += [f"  - {escape_markdown(one_line(reason, QUESTION))}" for reason in gap.reasons]
    return "\n".join(lines) + "\n" if lines else ""
