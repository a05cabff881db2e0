"""What is shown of what was proven."""

from index.models import Citation
from index.writing.written_head import LINES, HeadDraft, LineVerdict, WritingTask, WrittenHead, WrittenLine

SOURCES = tuple(Citation(n, f"quote {n}", f"harbour:{n}", (), (1, 1)) for n in range(1, 5))
TASK = WritingTask("?", "en", SOURCES, "g", ())


def draft(*verdicts: LineVerdict) -> HeadDraft:
    made = HeadDraft(TASK)
    for verdict in verdicts:
        made.add(verdict)
    return made


def kept(text: str, *numbers: int) -> LineVerdict:
    return LineVerdict(WrittenLine(text, numbers))


DROPPED, NOTHING = LineVerdict(None, "number"), LineVerdict(None)


def test_head_renumbers_citations_in_order_of_first_use() -> None:
    head = draft(kept("a", 4, 2), DROPPED, kept("b", 2, 1)).head(finished=True)
    quotes = [(citation.n, citation.quote) for citation in head.citations] if head else []
    assert quotes == [(1, "quote 4"), (2, "quote 2"), (3, "quote 1")]
    assert head == WrittenHead((WrittenLine("a", (1, 2)), WrittenLine("b", (2, 3))), head.citations, 1)


def test_head_of_mostly_failed_lines_is_withdrawn_at_the_end_alone() -> None:
    made = draft(kept("a", 1), DROPPED, DROPPED)
    assert made.head(finished=False) == WrittenHead((WrittenLine("a", (1,)),), (SOURCES[0],), 2)
    assert made.head(finished=True) is None
    assert draft(kept("a", 1), DROPPED).head(finished=True) is not None


def test_head_without_proven_line_is_none() -> None:
    assert [draft(*each).head(finished=False) for each in ((), (DROPPED,), (NOTHING,))] == [None] * 3
    assert draft(NOTHING, NOTHING).dropped == 0


def test_draft_leaves_out_repeated_lines_and_those_beyond_the_limit() -> None:
    made = draft(*(kept(text, 1) for text in ("a", "a", "b", "c", "d", "e", "f")))
    assert ([line.text for line in made.lines], made.is_full, made.dropped) == (list("abcde"), True, 0)
    assert len(made.lines) == LINES
    assert not draft(kept("a", 1)).is_full


def test_draft_counts_reasons() -> None:
    made = draft(DROPPED, LineVerdict(None, "name"), DROPPED, NOTHING)
    assert (made.reasons, made.dropped) == ({"number": 2, "name": 1}, 3)
