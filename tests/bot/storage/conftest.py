"""An open database at the `url` of each test file."""

import pytest

from bot.storage.store import Storage


@pytest.fixture
async def storage(url):
    opened = await Storage.open(url)
    yield opened
    await opened.close()
