"""Decide on a line of a language model: it is shown only if the sentences that it cites prove it."""

from __future__ import annotations

from index.claims.claim_check import ClaimChecker
from index.writing.line_parser import parse_line
from index.writing.written_head import LineVerdict, WritingTask, WrittenLine


class LineVerifier:
    """Verifies lines against one generation of the index. Threads may share one."""

    def __init__(self, checker: ClaimChecker) -> None:
        self.checker = checker

    def verify(self, task: WritingTask, raw: str) -> LineVerdict:
        """Decide on one line as the model wrote it."""
        parsed = parse_line(raw)
        if parsed is None:
            return LineVerdict(None)
        if not parsed.citations:
            return LineVerdict(None, "no_citation")
        sources = {source.n: source for source in task.sources}
        if any(n not in sources for n in parsed.citations):
            return LineVerdict(None, "unknown_citation")
        judged = self.checker.verify(parsed.claim, [sources[n].quote for n in parsed.citations])
        if judged.mark != "supported":
            return LineVerdict(None, "entailment")
        return LineVerdict(WrittenLine(parsed.claim, parsed.citations))
