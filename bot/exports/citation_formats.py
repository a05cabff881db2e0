"""Cite a quotation for another text: in APA style and in one plain line. Pure functions.

APA style, 7th edition: "Direct quotations" and "Report by a government agency" at https://apastyle.apa.org/style-grammar-guidelines.
"""

from bot.cards.escaping import clean_text
from bot.cards.locations import pages_text
from index.models import Citation, ReportInfo
from index.text.localization import Catalogue, Language

YEAR = 4  # characters of a date in ISO 8601
INNER_MARKS: dict[Language, dict[int, int]] = {
    "zh-TW": str.maketrans("「」", "『』"),
    "en": str.maketrans("“”", "‘’"),
    "ja": str.maketrans("「」", "『』"),
}
SENTENCE_ENDS = (".", "!", "?", "。", "！", "？")


def cite_apa(citation: Citation, source: ReportInfo, link: str, words: Catalogue) -> str:
    """Return the quotation with its citation in the text, and on the next line the entry of the reference list.

    Without author and publisher, the title stands in the author's place, as the style asks for.

    :param link: The address of the quotation, or empty.
    """
    author = source.author or source.publisher or words("citation.title", title=source.title)
    in_text = words("citation.comma").join(filter(None, [author, year_of(source, words), place(citation, words)]))
    quoted = words("citation.quoted", quote=nested_quote(citation.quote, words), source=in_text)
    return f"{quoted}\n{source_entry(source, words)} {link}".rstrip()


def source_entry(source: ReportInfo, words: Catalogue) -> str:
    """Return the entry of a report in a reference list in APA style, without an address."""
    author, title = source.author or source.publisher, words("citation.title", title=source.title)
    named = end_sentence(author or title, words("citation.author_stop"))
    head = words("citation.author_year", author=named, year=year_of(source, words))
    publisher = source.publisher if source.publisher != author else ""
    stop = words("citation.stop")
    ended = (end_sentence(part, stop.strip()) for part in (head, title if author else "", publisher) if part)
    return stop.removeprefix(stop.strip()).join(ended)


def year_of(source: ReportInfo, words: Catalogue) -> str:
    return source.published[:YEAR] or words("citation.undated")


def cite_plain(citation: Citation, source: ReportInfo, link: str, words: Catalogue) -> str:
    """Return the quotation, speaker, author, title, date, place and address in one line, as far as known."""
    details = [
        words("citation.speaker", name=citation.speaker) if citation.speaker else "",
        source.author or source.publisher,
        words("citation.title", title=source.title),
        source.published or words("citation.undated"),
        place(citation, words),
        link,
    ]
    line = words("citation.comma").join(filter(None, details))
    return words("citation.plain", quote=nested_quote(citation.quote, words), source=line)


def place(citation: Citation, words: Catalogue) -> str:
    """Return the pages; of a report without pages the last heading."""
    return pages_text(citation.pages, words) or "".join(citation.section[-1:])


def end_sentence(text: str, stop: str) -> str:
    """Add a full stop unless the text ends a sentence already."""
    return text if text.endswith(SENTENCE_ENDS) else text + stop


def nested_quote(quote: str, words: Catalogue) -> str:
    """Join the lines of a quotation, and turn its own quotation marks into those within a quotation, as the style asks."""
    return " ".join(clean_text(quote).split()).translate(INNER_MARKS[words.language])
