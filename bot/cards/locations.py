"""Format locations in a report: section path, pages and the span of a quotation."""

from index.models import Answer, Citation, Pages, Passage, SectionPath
from index.site.urls import passage_url
from index.text.localization import Catalogue, Language


def section_text(path: SectionPath) -> str:
    return " › ".join(path)


def place_text(path: SectionPath, pages: Pages, words: Catalogue) -> str:
    """Format a section path and pages, as far as there are any."""
    return join_places(section_text(path), pages_text(pages, words))


def join_places(*places: str) -> str:
    """Join the places that are not empty."""
    return " · ".join(filter(None, places))


def pages_text(span: Pages, words: Catalogue) -> str:
    """Format pages; empty for a report without pages."""
    first, last = span
    if not first:
        return ""
    return words("card.page", page=first) if first == last else words("card.pages", first=first, last=last)


def quoted_span(passage: Passage, quote: str) -> tuple[int, int] | None:
    """Find a quotation in the text of a passage.

    :return: Character offsets, end exclusive; None if the passage does not contain it.
    """
    start = passage.text.find(quote)
    return (start, start + len(quote)) if start >= 0 else None


def quotation_url(citation: Citation, answer: Answer, site: str, language: Language) -> str:
    """Return the address of a quotation in the published report.

    :param site: The base URL of the published reports; empty for none, which gives an empty address.
    """
    if not site:
        return ""
    passage = next((hit.passage for hit in answer.hits if hit.passage.id == citation.passage_id), None)
    span = quoted_span(passage, citation.quote) if passage else None
    return passage_url(site, citation.passage_id, language, span)


def further_paths(answer: Answer) -> tuple[SectionPath, ...]:
    """List the nearest sections that no citation is from; empty for an answered question."""
    if answer.verdict == "answered":
        return ()
    quoted = {citation.section for citation in answer.citations} if answer.verdict == "related" else set()
    return tuple(path for path in answer.nearest_sections if path not in quoted)
