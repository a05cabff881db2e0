"""Decide on a line of a language model: it is shown only if the sentences that it cites prove it.

Words that stand in a cited sentence prove a claim by themselves. A claim in other words must print nothing that the
sentences do not, leave out nothing that decides whether they hold, and convince the judge of claims.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from index.claims.claim_check import ClaimChecker
from index.models import Citation
from index.reading.reader import Window
from index.text.aliases import replace_aliases
from index.text.localization import Language, language_of
from index.text.normalization import fold_text
from index.text.small_talk import FORMATTING, REFERENCE
from index.writing.claim_rules import compare_across_languages, find_fault
from index.writing.copied_clauses import find_copied, points_back, split_clauses
from index.writing.line_parser import parse_line
from index.writing.written_head import LineVerdict, Reason, WritingTask, WrittenLine

LANGUAGE_CODES: dict[Language, str] = {"zh-TW": "zh", "en": "en", "ja": "ja"}
LONGEST = 400  # characters of a claim
ABOUT = 0.5  # probability from which sentences are about what a claim in another language is about
# Links, addresses, mentions, code, and marks of headings, lists, quotations, tables and formatting.
MARKUP = re.compile(r"://|\w{2}\.[a-z]{2}|@\w|#\w|[<>`{}|\\\[\]]|^\s?(?:[-*+•]|#+\s)|\*\*|__|~~|_\w[^_]*_|\*\w[^*]*\*")


class LineVerifier:
    """Verifies lines against one generation of the index. Threads may share one."""

    def __init__(self, checker: ClaimChecker, languages: Mapping[str, str]) -> None:
        """Create a verifier.

        :param languages: the language of each report, by its name.
        """
        self.checker, self.languages = checker, languages

    @cached_property
    def names(self) -> tuple[str, ...]:
        """People and organisations that the reports list, and names that have others, folded."""
        guide = self.checker.answerer.guide
        people = [person for person, _ in guide.directory.people] if guide else []
        listed = {name for person in people for name in (person.name, person.org) if name}
        return tuple({fold_text(name) for name in (*listed, *self.checker.answerer.aliases.values())})

    def verify(self, task: WritingTask, raw: str) -> LineVerdict:
        """Decide on one line as the model wrote it."""
        parsed = parse_line(raw)
        if parsed is None:
            return LineVerdict(None)
        claim, sources = parsed.claim, {source.n: source for source in task.sources}
        if fault := find_fault_of_form(claim):
            return LineVerdict(None, fault)
        if points_back(split_clauses(claim)):
            return LineVerdict(None, "pronoun")
        if not parsed.citations:
            return LineVerdict(None, "no_citation")
        if not sources.keys() >= set(parsed.citations):
            return LineVerdict(None, "unknown_citation")
        return self.prove(claim, [sources[n] for n in parsed.citations])

    def prove(self, claim: str, cited: Sequence[Citation]) -> LineVerdict:
        """Decide on a claim by the quotations that it cites; those that do not prove it are left out."""
        same = [each for each in cited if self.is_in_language_of(claim, each)]
        if same:
            return self.prove_by_words(claim, same, [each.quote for each in same])
        read = [each for each in cited if each.reading and language_of(each.reading) == language_of(claim)]
        if read:
            return self.prove_by_words(claim, read, [each.reading or "" for each in read])
        return self.compare_translation(claim, cited)

    def is_in_language_of(self, claim: str, citation: Citation) -> bool:
        """Return whether a quotation is in the language of a claim; of other languages than the bot's, none is."""
        language, report = language_of(claim), self.languages.get(citation.report, "").partition("-")[0]
        is_plain = report in ("", "und", *LANGUAGE_CODES.values())  # else a quotation in Latin letters may not be English
        return language_of(citation.quote) == language and (is_plain or language != "en")

    def prove_by_words(self, claim: str, cited: Sequence[Citation], texts: Sequence[str]) -> LineVerdict:
        """Decide on a claim in the language of the texts that must prove it, one of each citation."""
        said = replace_aliases(claim, self.checker.answerer.aliases)
        if used := find_copied(said, texts):
            return LineVerdict(WrittenLine(claim, tuple(cited[n].n for n in used)))
        # Each alone, and if there are several, together in their order.
        groups = [[n] for n in range(len(texts))] + ([list(range(len(texts)))] if len(texts) > 1 else [])
        faults: list[Reason] = []
        for group in groups:
            text = " ".join(texts[n] for n in group)
            fault = find_fault(said, text, self.names)
            if not fault and self.is_entailed(said, text, cited[group[0]]):
                return LineVerdict(WrittenLine(claim, tuple(cited[n].n for n in group)))
            faults.append(fault or "entailment")
        return LineVerdict(None, faults[-1])

    def is_entailed(self, claim: str, text: str, citation: Citation) -> bool:
        heading = citation.section[-1] if citation.section else ""
        return self.checker.verify(claim, [text], heading).mark == "supported"

    def compare_translation(self, claim: str, cited: Sequence[Citation]) -> LineVerdict:
        """Decide on a claim in another language than the quotations: by numbers, names, denials and what they are about."""
        text = " ".join(each.quote for each in cited)
        said = replace_aliases(claim, self.checker.answerer.aliases)
        if fault := compare_across_languages(said, text):
            return LineVerdict(None, fault)
        heading = cited[0].section[-1] if cited[0].section else ""
        ((supports, contradicts, _),) = self.checker.judgements([(said, Window(heading, text))])
        if supports < ABOUT or contradicts > supports:
            return LineVerdict(None, "entailment")
        return LineVerdict(WrittenLine(claim, tuple(each.n for each in cited), machine_translated=True))


def find_fault_of_form(claim: str) -> Reason:
    """Return what is wrong with a claim as a line of plain text, "" if nothing is."""
    if len(claim) > LONGEST:
        return "too_long"
    if MARKUP.search(claim) or REFERENCE.search(claim) or FORMATTING.search(claim):
        return "markup"
    is_sentence = any(map(str.isalpha, claim)) and claim.isprintable() and claim[-1] not in "?？:：…"
    return "" if is_sentence else "not_a_line"
