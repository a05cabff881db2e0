"""Build addresses in the published site: of a report, a passage and a quotation."""

from urllib.parse import quote

from index.text.localization import Language

# A passage id consists of the report's name, a colon and a token of the passage's text.
SEPARATOR = ":"
FOLDERS: dict[Language, str] = {"zh-TW": "", "en": "en/", "ja": ""}  # the site has no pages in Japanese
PASSAGES = "p"  # folder of the pages of single passages
TEXT_PAGE = "text.html"


def passage_token(passage_id: str) -> str:
    """Return the part of a passage id that names the passage in its report."""
    return passage_id.rpartition(SEPARATOR)[2]


def passage_anchor(passage_id: str) -> str:
    """Return the URL fragment of a passage on the page of the full text."""
    return f"p{passage_token(passage_id)}"


def passage_page(token: str) -> str:
    """Return the path of a passage's own page, relative to the pages of its report in a language."""
    return f"{PASSAGES}/{token}.html"


def mark_query(span: tuple[int, int] | None) -> str:
    """Return the query by which a script on the page marks a quotation; empty without one.

    :param span: Offsets in the passage's text, end exclusive.
    """
    return f"?mark={span[0]}-{span[1]}" if span else ""


def passage_url(base: str, passage_id: str, language: Language, span: tuple[int, int] | None = None) -> str:
    """Return the address of a passage's own page, which shows a preview where the link is posted.

    :param base: Address of the site.
    :param span: Offsets of a quotation in the passage's text, end exclusive.
    """
    report = quote(passage_id.rpartition(SEPARATOR)[0])
    return f"{base.rstrip('/')}/{report}/{FOLDERS[language]}{passage_page(passage_token(passage_id))}{mark_query(span)}"
