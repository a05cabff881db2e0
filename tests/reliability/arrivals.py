"""The ways in which a question arrives in a message."""

from typing import Literal, get_args

from tests.discord.payloads import APPLICATION, BOT_ROLE, MEMBER, Payload, forwarded
from tests.discord.server import FakeDiscord

Arrival = Literal["mention", "role ping", "forward", "embed", "file", "edit that mends", "edit that mentions"]
ARRIVALS: tuple[Arrival, ...] = get_args(Arrival)
PING, ROLE_PING = f"<@{APPLICATION}>", f"<@&{BOT_ROLE}>"


async def say(fake: FakeDiscord, question: str, arrival: Arrival, author: str = MEMBER) -> Payload:
    """Put a question to the bot in a message, in one of these ways."""
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
    mends = arrival == "edit that mends"
    said = await fake.say(f"{PING} {question} wsa" if mends else question, author=author, mentions_bot=mends)
    await fake.edit(said, f"{PING} {question}", mentions_bot=True)
    return said
