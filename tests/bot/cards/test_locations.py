"""Places in a report: section and pages, as far as there are any."""

import pytest

from bot.cards.locations import pages_text, place_text
from bot.locale.catalogue import bot_catalogue


@pytest.mark.parametrize(("pages", "text"), [((8, 8), "p. 8"), ((8, 9), "pp. 8–9"), ((0, 0), "")])
def test_pages_text_report_without_pages_returns_nothing(pages: tuple[int, int], text: str) -> None:
    assert pages_text(pages, bot_catalogue("en")) == text


@pytest.mark.parametrize(
    ("path", "pages", "text"),
    [(("A", "B"), (8, 8), "A › B · p. 8"), (("A",), (0, 0), "A"), ((), (8, 8), "p. 8"), ((), (0, 0), "")],
)
def test_place_text_joins_what_there_is(path: tuple[str, ...], pages: tuple[int, int], text: str) -> None:
    assert place_text(path, pages, bot_catalogue("en")) == text
