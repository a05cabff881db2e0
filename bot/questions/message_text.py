"""Read the text of a message wherever it stands: what was written, forwarded, embedded or attached."""

from collections.abc import Iterable, Iterator

import discord
import structlog

from bot.delivery.sender import FAILURES

log = structlog.get_logger(__name__)
LARGEST_FILE = 32 * 1024  # bytes
TEXT_TYPES = ("text/plain", "text/markdown")
TEXT_ENDINGS = (".txt", ".md")


def written_text(message: discord.Message) -> str:
    """Return what a message says itself, then what it forwards, then its embeds, a part a line; empty for none."""
    return "\n".join(filter(None, parts_of(message)))


def parts_of(message: discord.Message) -> Iterator[str]:
    """Yield the texts of a message and of the messages that it forwards."""
    yield message.content
    for snapshot in message.message_snapshots:
        yield snapshot.content
        yield from embedded_texts(snapshot.embeds)
    yield from embedded_texts(message.embeds)


def embedded_texts(embeds: Iterable[discord.Embed]) -> Iterator[str]:
    """Yield the texts of embeds: titles, descriptions, and the fields with their names."""
    for embed in embeds:
        yield embed.title or ""
        yield embed.description or ""
        for field in embed.fields:
            yield f"{field.name}: {field.value}"


async def read_text(message: discord.Message) -> str:
    """Return the text of a message with that of its text files; a file that cannot be read is left out and logged."""
    attached = [*message.attachments, *(file for part in message.message_snapshots for file in part.attachments)]
    texts = [written_text(message), *[await read_file(file) for file in attached if is_text_file(file)]]
    return "\n".join(filter(None, texts))


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
