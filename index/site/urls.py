"""Build addresses in the published site: of a report, a passage and a quotation."""

from urllib.parse import quote

from index.text.localization import Language

# A passage id consists of the report's name, a colon and a token of the passage's text.
SEPARATOR = ":"
FOLDERS: dict[Language, str] = {"zh-TW": "", "en": "en/", "ja": ""}  # the site has no pages in Japanese


def passage_anchor(passage_id: str) -> str:
    """Return the URL fragment of a passage on its report's page."""
    return f"p{passage_id.rpartition(SEPARATOR)[2]}"


def passage_url(base: str, passage_id: str, language: Language, span: tuple[int, int] | None = None) -> str:
    """Return the address of a passage.

    :param base: Address of the site.
    :param span: Offsets of a quotation in the passage's text, end exclusive. A script on the page marks it; without scripts
        the page still scrolls to the passage.
    """
    report = passage_id.rpartition(SEPARATOR)[0]
    mark_query = f"?mark={span[0]}-{span[1]}" if span else ""
    return f"{base.rstrip('/')}/{quote(report)}/{FOLDERS[language]}{mark_query}#{passage_anchor(passage_id)}"
