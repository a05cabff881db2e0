"""/privacy: what is kept about a member, shown, exported and deleted."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.answer_card import inline
from bot.cards.paging import paged
from bot.delivery.notices import client_words, notify
from bot.locale.catalogue import Catalogue
from bot.locale.commands import named
from bot.locale.translation import localised
from bot.questions.runtime import Runtime
from bot.storage.store import Vote

Interaction = discord.Interaction[Any]
PAGE, QUESTION, REASON = 3600, 300, 300
FILE = "report-bot-privacy.json"


class Privacy(commands.Cog):
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    @named("privacy")
    @app_commands.rename(action=localised("command.privacy.action"))
    @app_commands.describe(action=localised("command.privacy.action_description"))
    @app_commands.choices(
        action=[
            app_commands.Choice(name=localised(f"command.privacy.{action}"), value=action)
            for action in ("show", "export", "delete")
        ]
    )
    async def privacy(self, interaction: Interaction, action: str = "show") -> None:
        words = client_words(interaction)
        member, storage = interaction.user.id, self.runtime.storage
        if action == "delete":
            count = await storage.forget(member)
            await notify(interaction, words("privacy.deleted", count=count))
            return
        held = await storage.about(member)
        if action == "export":
            await interaction.response.send_message(file=discord.File(io.BytesIO(exported(held)), FILE), ephemeral=True)
            return
        pages = paged([words("privacy.kept"), *(shown(vote, words) for vote in held)], PAGE)
        await notify(interaction, *pages)


def exported(held: Sequence[Vote]) -> bytes:
    """All that is kept, as JSON."""
    votes = [asdict(vote) | {"given": vote.given.isoformat(timespec="seconds") + "Z"} for vote in held]
    return json.dumps({"votes": votes}, ensure_ascii=False, indent=2).encode()


def shown(vote: Vote, words: Catalogue) -> str:
    """A vote in a few lines."""
    head = words("privacy.vote", value="👍" if vote.value > 0 else "👎", day=vote.given.date(), reference=vote.reference)
    sent = (("privacy.question", vote.question, QUESTION), ("privacy.reason", vote.reason, REASON))
    return "\n".join([f"- {head}", *(f"  - {words(key, text=inline(text, limit))}" for key, text, limit in sent if text)])
