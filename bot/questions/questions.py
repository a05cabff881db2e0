"""What members write, made fit to be asked, or why it cannot be."""

import re

from bot.cards.escaping import clean
from bot.locale.catalogue import Catalogue

CUSTOM_EMOJI = re.compile(r"<a?:\w{2,32}:\d{15,20}>")


def cleaned(text: str) -> str:
    """`text` without invisible characters, custom emoji and white space around it."""
    return CUSTOM_EMOJI.sub(" ", clean(text)).strip()


def objection(question: str, limit: int, words: Catalogue) -> str | None:
    """Why the question is not searched for: it has no word, or more than `limit` characters."""
    if not any(character.isalnum() for character in question):
        return words("ask.empty")
    if len(question) > limit:
        return words("ask.too_long", length=len(question), limit=limit)
    return None
