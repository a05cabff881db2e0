"""Convert a message of Discord to the plain values that decide whether and how it is answered."""

import discord

from bot.forums.posts import starts_post, titled_text
from bot.questions.access import channel_and_above
from bot.questions.card_history import last_question, question_in, stands_below_answer
from bot.questions.message_filter import IncomingMessage
from bot.questions.message_text import carried_text, join_lines, read_text
from bot.questions.runtime import Runtime
from bot.storage.guild_rules import Rules, asking_at


async def read_incoming(runtime: Runtime, message: discord.Message, us: discord.ClientUser, rules: Rules) -> IncomingMessage:
    """Read a message, the text that it carries or replies to, and the earlier question that it may refer to.

    :param us: The bot's own user.
    """
    direct, channel = message.guild is None, message.channel
    places, first_of_post = channel_and_above(channel, channel.id), starts_post(message)
    asking = asking_at(rules, places)
    content = titled_text(message)
    role = message.guild.self_role if message.guild else None
    by_name, by_role = us in message.mentions, role is not None and role in message.role_mentions
    replied_to = message_replied_to(message)
    replies_to_us = replied_to is not None and replied_to.author.id == us.id
    mentions_us = rules.mentions and (by_name or by_role)
    follows = rules.threads and await stands_below_answer(channel, us.id)
    # A thread in a channel for questions is not itself such a channel, but a post in a forum for questions is a question.
    dedicated = asking == "dedicated" and (
        first_of_post or not isinstance(channel, discord.Thread) or channel.id in rules.dedicated_channels
    )
    before = question_in(replied_to) if replied_to and replies_to_us else ""
    may_follow = not before and not replied_to and (follows or direct)
    if may_follow and message.content and runtime.engine.is_follow_up(message.content):
        before = await last_question(message, us.id)
    quoted = []
    if direct or mentions_us or replies_to_us or follows or dedicated:
        quoted = [await carried_text(message)]
        if replied_to and not replies_to_us:
            quoted.append(await read_text(replied_to))
    return IncomingMessage(
        content=content.replace(role.mention, us.mention) if role else content,
        direct=direct,
        mentions_us=mentions_us,
        replies_to_us=replies_to_us and message.type is discord.MessageType.reply,
        quoted=join_lines(quoted),
        before=before,
        follows=follows,
        unasked=asking == "unasked",
        dedicated=dedicated,
        starts_post=first_of_post and rules.forum,
        to_others=mentions_others(message, us, role) or replies_to_others(message, us),
        hidden=not (direct or by_name or runtime.settings.bot.message_content),
    )


def message_replied_to(message: discord.Message) -> discord.Message | None:
    """Return the message that a message replies to, if Discord sent it along."""
    original = message.reference.resolved if message.reference else None
    return original if isinstance(original, discord.Message) else None


def mentions_others(message: discord.Message, us: discord.ClientUser, role: discord.Role | None) -> bool:
    """Check whether a message mentions members, roles or everybody, besides its author, the bot and the bot's own role."""
    members = {member.id for member in message.mentions} - {us.id, message.author.id}
    return bool(members) or message.mention_everyone or any(each != role for each in message.role_mentions)


def replies_to_others(message: discord.Message, us: discord.ClientUser) -> bool:
    """Check whether a message replies to somebody besides its author and the bot, or to a message that is gone."""
    if message.type is not discord.MessageType.reply:
        return False
    original = message_replied_to(message)
    return original is None or original.author.id not in (us.id, message.author.id)
