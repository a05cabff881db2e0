"""Handle the buttons below an answer: more passages, other sections, share, thread, vote, report, delete, and of posts."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any

import discord
from discord import ui
from discord.ext import commands

from bot.cards.answer_card import AnswerContext, shows_citation, verdict_on_card
from bot.cards.custom_ids import ActionKind, AnswerAction, scope_key
from bot.cards.escaping import inline_text
from bot.cards.forms import ReportForm, read_report
from bot.cards.layout import notice_card
from bot.cards.locations import quotation_url
from bot.delivery.replies import open_thread
from bot.delivery.sender import (
    FAILURES,
    PAUSE_SECONDS,
    acknowledge_interaction,
    client_language,
    deliver_card,
    deliver_file,
    explain_refusal,
    retry_when_cut,
    send_followups,
    send_notice,
    send_response,
)
from bot.errors import GoneError
from bot.exports.citation_cards import citation_cards
from bot.exports.thread_markdown import thread_markdown
from bot.forums.post_card import noted_card
from bot.forums.posts import is_post, solved_tag_of
from bot.locale.catalogue import bot_catalogue
from bot.questions.access import requester_of
from bot.questions.card_history import (
    answers_in_thread,
    card_texts,
    has_threads,
    is_private,
    more_passages,
    other_meanings,
    request_from_card,
    starter_message,
)
from bot.questions.click_guard import ClickGuard
from bot.questions.pipeline import Request, answer_interaction, answer_request, card_for
from bot.questions.runtime import Runtime
from bot.refusals import refusal_cause
from bot.storage.store import Vote
from index.models import Answer
from index.text.localization import Catalogue, Language

Interaction = discord.Interaction[Any]
THREAD_FILE = "answers.md"
TAG_NAME = 50  # characters of the name of a tag
CardBuilder = Callable[[Runtime, Request], Awaitable[ui.LayoutView]]


class AnswerActions(commands.Cog):
    def __init__(self, runtime: Runtime) -> None:
        self.runtime, self.guard = runtime, ClickGuard(runtime)
        self.handlers: dict[ActionKind, Callable[[Interaction, AnswerAction, Catalogue], Coroutine[Any, Any, None]]] = {
            "more": self.more,
            "other": self.other,
            "share": self.share,
            "thread": self.thread,
            "cite": self.cite,
            "export": self.export,
            "up": self.up,
            "down": self.down,
            "delete": self.delete,
            "solved": self.solved,
            "people": self.people,
        }

    @commands.Cog.listener()
    async def on_answer_action(self, interaction: Interaction, action: AnswerAction) -> None:
        """Run the action of a button below an answer."""
        handler = self.handlers[action.kind]
        await self.guard(interaction, action.language, handler(interaction, action, bot_catalogue(action.language)))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Store a submitted report."""
        if interaction.type is discord.InteractionType.modal_submit and (report := read_report(interaction.data)):
            language = client_language(interaction)
            await self.guard(interaction, language, self.report(interaction, language, *report))

    async def again(self, interaction: Interaction, action: AnswerAction, build: CardBuilder, *, private: bool) -> None:
        """Answer the question of the card again, if the guild's rules permit, with the card that `build` returns."""
        request = request_from_card(self.runtime, interaction, action.scope, action.language)
        make_card = partial(build, self.runtime, request)
        await answer_interaction(self.runtime, interaction, action.language, make_card, private=private)

    async def more(self, interaction: Interaction, action: AnswerAction, _: Catalogue) -> None:
        await self.again(interaction, action, more_passages, private=True)

    async def other(self, interaction: Interaction, action: AnswerAction, _: Catalogue) -> None:
        await self.again(interaction, action, other_meanings, private=True)

    async def share(self, interaction: Interaction, action: AnswerAction, _: Catalogue) -> None:
        await self.again(interaction, action, shared_card, private=False)

    async def thread(self, interaction: Interaction, action: AnswerAction, words: Catalogue) -> None:
        """Open a thread from the answer, where every message is a question that may follow it.

        The member needs the permission to create threads: the bot must not extend anybody's permissions.
        """
        if not (has_threads(interaction) and interaction.permissions.create_public_threads):
            await send_notice(interaction, words("done.thread_not_yours"))
            return
        request = request_from_card(self.runtime, interaction, action.scope, action.language)
        message = interaction.message
        if message is None or not await acknowledge_interaction(interaction, action.language, private=True):
            return
        thread, new = await open_thread(message, request.text, action.language)
        if new:
            mention = f"<@{interaction.application_id}>"
            reads_messages = self.runtime.settings.bot.message_content
            greeting = words("done.thread_hello") if reads_messages else words("done.thread_mention", mention=mention)
            await thread.send(view=notice_card(greeting))
        notice = words("done.thread" if new else "done.thread_exists", thread=thread.mention)
        await deliver_card(interaction, notice_card(notice), action.language)

    async def cite(self, interaction: Interaction, action: AnswerAction, words: Catalogue) -> None:
        """Show citations of the quotations on the card, to be copied, without answering again if possible."""
        request = request_from_card(self.runtime, interaction, action.scope, action.language)
        texts = card_texts(interaction.message)
        further: list[ui.LayoutView] = []

        async def show(answer: Answer, _: str) -> ui.LayoutView:
            citations = self.runtime.citations_with_head(answer)
            quoted = [each for each in citations if any(shows_citation(text, each) for text in texts)]
            if not quoted:
                raise GoneError("the answer has none of the quotations on the card any more")
            site = self.runtime.settings.bot.public_url
            links = {each.n: quotation_url(each, answer, site, action.language) for each in quoted}
            first, *rest = citation_cards(quoted, self.runtime.engine.reports, links, words)
            further.extend(rest)
            return first

        make_card = partial(answer_request, self.runtime, request, show, again=True)
        await answer_interaction(self.runtime, interaction, action.language, make_card, private=True)
        await send_followups(interaction, further, action.language)

    async def export(self, interaction: Interaction, action: AnswerAction, words: Catalogue) -> None:
        """Send the answers of the thread as a Markdown file."""
        thread = interaction.channel
        if not await acknowledge_interaction(interaction, action.language, private=True):
            return
        answers = await answers_in_thread(thread, interaction.application_id) if isinstance(thread, discord.Thread) else []
        if not (isinstance(thread, discord.Thread) and answers):
            await deliver_card(interaction, notice_card(words("citation.no_answers")), action.language)
            return
        content = thread_markdown(thread.name, answers, self.runtime.engine.reports, words)
        await deliver_file(interaction, THREAD_FILE, content.encode(), action.language)

    async def up(self, interaction: Interaction, action: AnswerAction, words: Catalogue) -> None:
        """Store a positive vote, without the question."""
        await self.runtime.storage.vote(interaction.user.id, self.vote(interaction, action.reference, 1))
        await send_notice(interaction, words("done.up"))

    async def down(self, interaction: Interaction, action: AnswerAction, _: Catalogue) -> None:
        await send_response(partial(interaction.response.send_modal, ReportForm(action.language, action.reference)))

    async def report(self, interaction: Interaction, language: Language, reference: str, reason: str) -> None:
        """Store a negative vote with the question and the reason, if there is one."""
        question = request_from_card(self.runtime, interaction, scope_key(None), language).text
        vote = replace(self.vote(interaction, reference, -1), question=question, reason=reason or None)
        await self.runtime.storage.vote(interaction.user.id, vote)
        await send_notice(interaction, bot_catalogue(language)("done.down"))

    def vote(self, interaction: Interaction, reference: str, value: int) -> Vote:
        guild = requester_of(interaction).guild
        return Vote(reference, value, verdict_on_card(interaction.message), self.runtime.engine.generation, guild)

    async def delete(self, interaction: Interaction, _: AnswerAction, words: Catalogue) -> None:
        """Delete the answer, if the member asked the question or moderates the channel."""
        message = interaction.message
        if message is None:
            return
        moderates = interaction.guild is not None and interaction.permissions.manage_messages
        if not (is_private(interaction) or moderates or await find_asker(message) == interaction.user.id):
            await send_notice(interaction, words("done.not_yours"))
            return
        await send_response(interaction.response.defer)
        await interaction.delete_original_response()

    async def solved(self, interaction: Interaction, action: AnswerAction, words: Catalogue) -> None:
        """Note that the post is solved, on the card and, if the forum has a tag for that, with the tag."""
        post, message = await governed_post(interaction, words), interaction.message
        if not (post and message):
            return
        await send_response(interaction.response.defer)
        note, problems = words("post.solved", member=interaction.user.mention), []
        if tag := solved_tag_of(post):
            name = inline_text(tag.name, TAG_NAME)
            try:
                await retry_when_cut(partial(post.add_tags, tag), PAUSE_SECONDS)
                note = words("post.solved_tag", member=interaction.user.mention, tag=name)
            except FAILURES as error:
                explain_refusal(error, interaction, action.language)
                reason = words("post.tag_permission" if refusal_cause(error) == "permission" else "post.tag_failed")
                problems = [notice_card(words("post.tag_refused", tag=name, reason=reason))]
        await deliver_card(interaction, noted_card(message, note, ()), action.language)
        await send_followups(interaction, problems, action.language)

    async def people(self, interaction: Interaction, action: AnswerAction, words: Catalogue) -> None:
        """Leave the post to people, and say so on the card, which notifies nobody."""
        post, message = await governed_post(interaction, words), interaction.message
        if not (post and message):
            return
        await send_response(interaction.response.defer)
        await retry_when_cut(post.leave, PAUSE_SECONDS)
        note = words("post.people", member=interaction.user.mention)
        await deliver_card(interaction, noted_card(message, note, ["solved"]), action.language)


async def governed_post(interaction: Interaction, words: Catalogue) -> discord.Thread | None:
    """Return the post where a button was pressed, if the member wrote it or may manage threads; else tell them so."""
    post = interaction.channel
    if is_post(post) and (interaction.user.id == post.owner_id or interaction.permissions.manage_threads):
        return post
    await send_notice(interaction, words("post.not_yours"))
    return None


async def shared_card(runtime: Runtime, request: Request) -> ui.LayoutView:
    """Build the answer card again, as a public answer."""
    return await card_for(runtime, replace(request, context=AnswerContext(threads=request.context.threads)))


async def find_asker(message: discord.Message) -> int | None:
    """Find the member whose command or message an answer replies to, or from whose message its thread was opened.

    :return: The user id; None if it is unknown.
    """
    if message.interaction_metadata:
        return message.interaction_metadata.user.id
    original = message.reference.resolved if message.reference else None
    try:
        question = original if isinstance(original, discord.Message) else await fetch_question(message)
    except discord.NotFound:
        return None
    return question.author.id if question else None


async def fetch_question(message: discord.Message) -> discord.Message | None:
    """Fetch the message that an answer replies to, or that its thread was opened from.

    :raises discord.NotFound: If it is deleted.
    """
    if message.reference and message.reference.message_id:
        return await message.channel.fetch_message(message.reference.message_id)
    return await starter_message(message.channel) if isinstance(message.channel, discord.Thread) else None
