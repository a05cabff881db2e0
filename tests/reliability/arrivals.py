"""The ways in which a question arrives in a message or a forum post."""

from typing import Literal, get_args

from tests.discord.payloads import APPLICATION, BOT_ROLE, FORUM, MEMBER, Payload, forwarded
from tests.discord.server import FakeDiscord

Arrival = Literal[
    "mention", "role ping", "forward", "embed", "file", "edit that corrects", "edit that adds the mention", "post"
]
ARRIVALS: tuple[Arrival, ...] = get_args(Arrival)
PING, ROLE_PING = f"<@{APPLICATION}>", f"<@&{BOT_ROLE}>"


async def open_forum(fake: FakeDiscord) -> None:
    """Open the forum for posts, in a server whose posts the bot answers unasked."""
    switched = await fake.slash("settings change", forum=True)
    await fake.wait(lambda: switched.answered)
    await fake.open_channel(FORUM, "questions")


async def say(fake: FakeDiscord, question: str, arrival: Arrival, author: str = MEMBER) -> Payload:
    """Put a question to the bot in a message, in one of these ways.

    A post has the last word of the question as its text and the others as its title. Discord announces the thread of every
    other post after its message. The bot is silent if the report does not answer a post.

    :return: The message; of a post the first one, which has the id of the thread.
    """
    if arrival == "post":
        (forum,) = (each for each in fake.state.channels.values() if each["type"] == FORUM)
        title, _, text = question.rpartition(" ")
        message_first = len(fake.state.threads) % 2 == 1
        _, first = await fake.post(forum, title, text, author=author, message_first=message_first)
        return first
    if arrival == "forward":
        return await fake.say("", place="dm", author=author, **forwarded(question))
    if arrival == "embed":
        return await fake.say("", place="dm", author=author, embeds=[{"type": "rich", "title": question}])
    if arrival == "file":
        return await fake.say("", place="dm", author=author, files={"question.txt": question.encode()})
    if arrival == "role ping":
        return await fake.say(f"{ROLE_PING} {question}", author=author, mention_roles=[BOT_ROLE])
    if arrival == "mention":
        return await fake.say(f"{PING} {question}", author=author, mentions_bot=True)
    corrects = arrival == "edit that corrects"
    said = await fake.say(f"{PING} {question} wsa" if corrects else question, author=author, mentions_bot=corrects)
    await fake.edit(said, f"{PING} {question}", mentions_bot=True)
    return said
