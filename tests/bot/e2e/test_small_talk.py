"""Small talk in words that no list has, asked of the real bot with the embedded model against the loopback Discord."""

import pytest

from index.encoding.encoder import SentenceTransformerEncoder
from index.engine import Engine
from index.indexing.builder import build_generation
from index.text.small_talk import small_talk_kind
from tests.bot.fakes import serving, texts
from tests.index.tiny import settings_for, silent, write_corpus


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The tiny corpus, indexed with the embedded model."""
    folder = tmp_path_factory.mktemp("talk")
    write_corpus(folder / "corpus")
    settings = settings_for(folder)
    encoder = SentenceTransformerEncoder(settings.model)
    build_generation(settings, lambda: encoder, silent)
    return Engine.load(settings, encoder)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("ugh i hate mondays", "I only answer questions about the report. What would you like to know?"),
        ("晚餐要吃拉麵還是火鍋", "我只回答和報告有關的問題。想知道什麼，直接問就可以。"),
        ("awesome, that cleared it up for me", "You're welcome! If there is more you want to know, just ask."),
        ("太感謝了，幫我省好多時間", "不客氣！還想知道什麼，直接問就可以。"),
    ],
)
async def test_ask_command_small_talk_that_no_list_has_gets_friendly_reply(
    engine: Engine, question: str, reply: str
) -> None:
    assert small_talk_kind(question) is None
    async with serving(engine) as (fake, _, _):
        asked = await fake.slash("ask", question=question)
        await fake.wait(lambda: asked.answered)
        shown = texts(asked.original["components"])
        assert (shown[1], len(shown)) == (f"**{reply}**", 3)
