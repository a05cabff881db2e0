"""What members do with an answer: more passages, other readings, sharing, a thread, deleting."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, Final

import discord
from discord import ui
from discord.ext import commands

from bot.cards.answer_card import AnswerContext, verdict_on_card
from bot.cards.custom_ids import ActionKind, AnswerAction, scope_key
from bot.cards.escaping import one_line
from bot.cards.forms import ReportForm, read_report
from bot.cards.layout import notice_card
from bot.delivery.sender import acknowledge_interaction, client_language, deliver_card, send_notice, send_response
from bot.locale.catalogue import bot_catalogue
from bot.questions.access import requester_of
from bot.questions.card_history import has_threads, is_private, more_passages, other_meanings, request_from_card
from bot.questions.click_guard import ClickGuard
from bot.questions.pipeline import Request, answer_interaction, card_for
from bot.questions.runtime import Runtime
from bot.storage.store import Vote
from index.text.localization import Catalogue, Language

Interaction = discord.Interaction[Any]
THREAD_NAME, OPENED_BEFORE = 100, 160004  # Discord's limit, and its error where a message has a thread
ARCHIVED_AFTER: Final = 1440  # minutes without a message


Make = Callable[[Runtime, Request], Awaitable[ui.LayoutView]]


class AnswerActions(commands.Cog):
    def __init__(self, runtime: Runtime) -> None:
        self.runtime, self.guard = runtime, ClickGuard(runtime)
        self.ways: dict[ActionKind, Callable[[Interaction, AnswerAction, Catalogue], Coroutine[Any, Any, None]]] = {
            "more": self.more,
            "other": self.other,
            "share": self.share,
            "thread": self.thread,
            "up": self.up,
            "down": self.down,
            "delete": self.delete,
        }

    @commands.Cog.listener()
    async def on_deed(self, interaction: Interaction, deed: AnswerAction) -> None:
        """A button below an answer."""
        way = self.ways[deed.kind]
        await self.guard(interaction, deed.language, way(interaction, deed, bot_catalogue(deed.language)))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """A report that was sent."""
        if interaction.type is discord.InteractionType.modal_submit and (sent := read_report(interaction.data)):
            language = client_language(interaction)
            await self.guard(interaction, language, self.report(interaction, language, *sent))

    async def again(self, interaction: Interaction, deed: AnswerAction, make: Make, *, private: bool) -> None:
        """Ask once more what the card asked, if the server's rules let the member, and show what `make` makes of it."""
        request = request_from_card(self.runtime, interaction, deed.scope, deed.language)
        make_card = partial(make, self.runtime, request)
        await answer_interaction(self.runtime, interaction, deed.language, make_card, private=private)

    async def more(self, interaction: Interaction, deed: AnswerAction, _: Catalogue) -> None:
        await self.again(interaction, deed, more_passages, private=True)

    async def other(self, interaction: Interaction, deed: AnswerAction, _: Catalogue) -> None:
        await self.again(interaction, deed, other_meanings, private=True)

    async def share(self, interaction: Interaction, deed: AnswerAction, _: Catalogue) -> None:
        await self.again(interaction, deed, shared_card, private=False)

    async def thread(self, interaction: Interaction, deed: AnswerAction, words: Catalogue) -> None:
        """Open a thread from the answer, in which every message is a question that may follow it.

        Only for those who could open one themselves: the bot lends nobody its permissions.
        """
        if not (has_threads(interaction) and interaction.permissions.create_public_threads):
            await send_notice(interaction, words("done.thread_not_yours"))
            return
        request = request_from_card(self.runtime, interaction, deed.scope, deed.language)
        message = interaction.message
        if message is None or not await acknowledge_interaction(interaction, deed.language, private=True):
            return
        name = one_line(words("done.thread_name", question=request.text), THREAD_NAME)
        try:
            thread = await message.create_thread(name=name, auto_archive_duration=ARCHIVED_AFTER)
        except discord.HTTPException as error:
            told = "forbidden" if isinstance(error, discord.Forbidden) else "exists"
            if told == "exists" and error.code != OPENED_BEFORE:
                raise
            await deliver_card(interaction, notice_card(words(f"done.thread_{told}")), deed.language)
            return
        heard = self.runtime.settings.bot.message_content
        hello = (
            words("done.thread_hello") if heard else words("done.thread_mention", mention=f"<@{interaction.application_id}>")
        )
        await thread.send(view=notice_card(hello))
        await deliver_card(interaction, notice_card(words("done.thread", thread=thread.mention)), deed.language)

    async def up(self, interaction: Interaction, deed: AnswerAction, words: Catalogue) -> None:
        """Keep that the answer was of use, and nothing else of it."""
        await self.runtime.storage.vote(interaction.user.id, self.vote(interaction, deed.reference, 1))
        await send_notice(interaction, words("done.up"))

    async def down(self, interaction: Interaction, deed: AnswerAction, _: Catalogue) -> None:
        await send_response(partial(interaction.response.send_modal, ReportForm(deed.language, deed.reference)))

    async def report(self, interaction: Interaction, language: Language, reference: str, reason: str) -> None:
        """Keep the question of an answer that was of no use, and the reason if one was given."""
        question = request_from_card(self.runtime, interaction, scope_key(None), language).text
        vote = replace(self.vote(interaction, reference, -1), question=question, reason=reason or None)
        await self.runtime.storage.vote(interaction.user.id, vote)
        await send_notice(interaction, bot_catalogue(language)("done.down"))

    def vote(self, interaction: Interaction, reference: str, value: int) -> Vote:
        guild = requester_of(interaction).guild
        return Vote(reference, value, verdict_on_card(interaction.message), self.runtime.engine.generation, guild)

    async def delete(self, interaction: Interaction, _: AnswerAction, words: Catalogue) -> None:
        """Delete the answer, for whoever asked and for moderators."""
        message = interaction.message
        if message is None:
            return
        moderates = interaction.guild is not None and interaction.permissions.manage_messages
        if not (is_private(interaction) or moderates or await find_asker(message) == interaction.user.id):
            await send_notice(interaction, words("done.not_yours"))
            return
        await send_response(interaction.response.defer)
        await interaction.delete_original_response()


async def shared_card(runtime: Runtime, request: Request) -> ui.LayoutView:
    """The answer once more, for everybody."""
    return await card_for(runtime, replace(request, frame=AnswerContext(threads=request.frame.threads)))


async def find_asker(message: discord.Message) -> int | None:
    """Who asked the question that a message answers: by command, or by the message that it replies to; None if unknown."""
    if message.interaction_metadata:
        return message.interaction_metadata.user.id
    if message.reference is None or message.reference.message_id is None:
        return None
    asked = message.reference.resolved
    if not isinstance(asked, discord.Message):
        try:
            asked = await message.channel.fetch_message(message.reference.message_id)
        except discord.NotFound:
            return None
    return asked.author.id
