"""Read the text of a message wherever it stands: what was written, forwarded, embedded or attached."""

from collections.abc import Iterable, Iterator

import discord
import structlog

from bot.delivery.sender import FAILURES
from index.text.small_talk import has_words

log = structlog.get_logger(__name__)
LARGEST_FILE = 32 * 1024  # bytes
TEXT_TYPES = ("text/plain", "text/markdown")
TEXT_ENDINGS = (".txt", ".md")
WRITTEN_EMBED = "rich"  # the type of embeds that a bot or a webhook wrote; other types are previews of links


async def read_text(message: discord.Message) -> str:
    """Return all text of a message, a part a line: its own words, then those that it carries; empty for none."""
    return join_lines((message.content, await carried_text(message)))


async def carried_text(message: discord.Message) -> str:
    """Return the texts that a message forwards, embeds and attaches, a part a line; empty for none.

    A file that cannot be read is left out and logged.
    """
    forwards = message.message_snapshots
    texts = [*embedded_texts(message), *(text for part in forwards for text in (part.content, *embedded_texts(part)))]
    attached = [*message.attachments, *(file for part in forwards for file in part.attachments)]
    return join_lines([*texts, *[await read_file(file) for file in attached if is_text_file(file)]])


def join_lines(texts: Iterable[str]) -> str:
    return "\n".join(filter(None, texts))


def embedded_texts(part: discord.Message | discord.MessageSnapshot) -> Iterator[str]:
    """Yield the titles, descriptions and fields of embeds; previews of links only for a part without words of its own."""
    for embed in part.embeds:
        if embed.type == WRITTEN_EMBED or not has_words(part.content):
            yield embed.title or ""
            yield embed.description or ""
            for field in embed.fields:
                yield f"{field.name}: {field.value}"


def is_text_file(file: discord.Attachment) -> bool:
    """Check whether an attachment is a text of at most `LARGEST_FILE` bytes."""
    kind = (file.content_type or "").partition(";")[0]
    return file.size <= LARGEST_FILE and (kind in TEXT_TYPES or file.filename.lower().endswith(TEXT_ENDINGS))


async def read_file(file: discord.Attachment) -> str:
    try:
        content: bytes = await file.read()
    except FAILURES as error:
        log.info("attachment not read", status=getattr(error, "status", None))
        return ""
    return content[:LARGEST_FILE].decode("utf-8", "replace")
