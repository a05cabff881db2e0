"""Cards of citations: within Discord's limits, each citation whole, code that no quotation can end."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.exports.citation_cards import citation_cards
from bot.exports.citation_formats import cite_apa, cite_plain
from bot.locale.catalogue import bot_catalogue
from index.models import Citation, ReportInfo
from tests.bot.fakes import texts

EN = bot_catalogue("en")
RIVERS = ReportInfo("rivers", "Rivers", "a" * 64)
QUOTED = Citation(1, "It fell.", "rivers:0001", (), (1, 1))


def shown(citations):
    cards = citation_cards(citations, [RIVERS], dict.fromkeys((each.n for each in citations), ""), EN)
    return [texts(card.to_components()) for card in cards]


@given(st.lists(st.text(max_size=900), min_size=1, max_size=8))
def test_citation_cards_hold_each_citation_whole_within_limits(quotes):
    citations = [replace(QUOTED, n=n, quote=quote) for n, quote in enumerate(quotes, 1)]
    pages = shown(citations)
    assert all(sum(map(len, page)) <= 4000 and len(page) <= 31 for page in pages)
    assert all(page[0] == EN("citation.head") for page in pages)
    blocks = [text.split("```\n")[1].removesuffix("\n```") for page in pages for text in page[1:]]
    expected = [form(each, RIVERS, "", EN) for each in citations for form in (cite_apa, cite_plain)]
    assert blocks == [text.replace("```", "'''") for text in expected]


def test_citation_cards_quotation_with_fence_stays_in_its_block():
    ((_, apa, _),) = shown([replace(QUOTED, quote="a ``` b")])
    assert apa == "**1.** APA\n```\n“a ''' b” (Rivers, n.d., p. 1)\nRivers. (n.d.).\n```"
