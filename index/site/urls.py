"""Addresses within the published report: of a report, of a passage, and of a quotation in it."""

from urllib.parse import quote

from index.text.localization import Language

# A passage's id is its report's name, a colon and its number.
SEPARATOR = ":"
FOLDERS: dict[Language, str] = {"zh-TW": "", "en": "en/"}


def passage_anchor(passage_id: str) -> str:
    """The fragment of a passage on its report's page."""
    return f"p{passage_id.rpartition(SEPARATOR)[2]}"


def passage_url(base: str, passage_id: str, language: Language, span: tuple[int, int] | None = None) -> str:
    """The address of a passage on a site whose own is `base`; `span` is a quotation's, which the page then marks.

    Offsets are into the passage's text, end exclusive. Without scripts the page still scrolls to the passage.
    """
    report = passage_id.rpartition(SEPARATOR)[0]
    marked = f"?mark={span[0]}-{span[1]}" if span else ""
    return f"{base.rstrip('/')}/{quote(report)}/{FOLDERS[language]}{marked}#{passage_anchor(passage_id)}"
