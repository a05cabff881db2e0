"""Recognise posts, which are the threads of forum and media channels, and take part in them or leave them to people.

Discord knows of which threads the bot is a member, so that nothing has to be stored: after an answer the bot joins the post,
and as long as it is no member it speaks there only if somebody mentions it. Discord documents posts on its page "Threads".
"""

from collections.abc import Iterable
from functools import partial
from typing import Any, TypeGuard

import discord
import structlog

from bot.delivery.sender import FAILURES, PAUSE_SECONDS, retry_when_cut
from bot.forums.solved_tag import find_solved_tag
from index.text.message_questions import shorten_to_questions
from index.text.normalization import fold_text

log = structlog.get_logger(__name__)
LONGEST_POST = 300  # characters of a post that is asked as it is


def is_post(channel: Any) -> TypeGuard[discord.Thread]:
    """Check whether a channel is a post. discord.py has one class for forum and media channels."""
    return isinstance(channel, discord.Thread) and isinstance(channel.parent, discord.ForumChannel)


def starts_post(message: discord.Message) -> bool:
    """Check whether a message is the first one of a post, whose id it has."""
    return message.id == message.channel.id and is_post(message.channel)


def titled_text(message: discord.Message) -> str:
    """Return the text of a message; of the first one of a post, with the title of the post before it."""
    channel = message.channel
    return post_text(channel.name, message.content) if starts_post(message) and is_post(channel) else message.content


def post_text(title: str, text: str) -> str:
    """Join the title of a post and the text of its first message, which may begin with the title.

    The card repeats what was asked, so of a long text the questions alone are kept, if it has any.
    """
    joined = (text if fold_text(text).startswith(fold_text(title)) else f"{title}\n{text}").rstrip()
    kept = shorten_to_questions(joined, LONGEST_POST)
    return kept if fold_text(kept).startswith(fold_text(title)) else f"{title}\n{kept}"


def solved_tag_of(channel: Any) -> discord.ForumTag | None:
    """Return the tag that marks posts as solved in a forum, or in the forum of a post; None if there is none."""
    forum = channel.parent if isinstance(channel, discord.Thread) else channel
    return find_solved_tag(forum.available_tags) if isinstance(forum, discord.ForumChannel) else None


def tagged_channels(guild: discord.Guild, channels: Iterable[int]) -> frozenset[int]:
    """Select the forums and posts in which the bot sets the tag for solved posts, by their ids."""
    return frozenset(id_ for id_ in channels if solved_tag_of(guild.get_channel_or_thread(id_)))


async def find_post(message: discord.Message) -> None:
    """Give the first message of a post its channel, if Discord announces the message before the post."""
    guild = message.guild
    if guild is None or message.id != message.channel.id or isinstance(message.channel, discord.Thread):
        return
    try:
        found = await retry_when_cut(partial(guild.fetch_channel, message.id), PAUSE_SECONDS)
    except FAILURES as error:
        log.info("no post", status=getattr(error, "status", None))
        return
    if isinstance(found, discord.Thread):
        message.channel = found


async def takes_part(post: discord.Thread, us: int) -> bool:
    """Check whether the bot, whose user id is `us`, is a member of a post; False if Discord does not say."""
    try:
        await retry_when_cut(partial(post.fetch_member, us))
    except FAILURES as error:
        log.info("not in the post", status=getattr(error, "status", None))
        return False
    return True


async def join_post(post: discord.Thread) -> None:
    """Become a member of a post; a failure is only logged, since the answer is there all the same."""
    try:
        await retry_when_cut(post.join)
    except FAILURES as error:
        log.info("post not joined", status=getattr(error, "status", None))
