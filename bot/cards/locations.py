"""Where in a report something stands, in words."""

from index.models import Answer, Pages, Passage, SectionPath
from index.text.localization import Catalogue


def section_text(path: SectionPath) -> str:
    return " › ".join(path)


def pages_text(span: Pages, words: Catalogue) -> str:
    first, last = span
    return words("card.page", page=first) if first == last else words("card.pages", first=first, last=last)


def quoted_span(passage: Passage, quote: str) -> tuple[int, int] | None:
    """Where a quotation stands in a passage's text, end exclusive; None if it does not."""
    at = passage.text.find(quote)
    return (at, at + len(quote)) if at >= 0 else None


def further_paths(answer: Answer) -> tuple[SectionPath, ...]:
    """For a refusal, where to read on: the nearest sections that nothing is quoted from."""
    if answer.verdict == "answered":
        return ()
    quoted = {citation.section for citation in answer.citations} if answer.verdict == "related" else set()
    return tuple(path for path in answer.nearest_sections if path not in quoted)
