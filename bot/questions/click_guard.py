"""Handle each click once, and report any error to the member who clicked in an ephemeral message."""

from collections.abc import Coroutine
from functools import partial
from typing import Any

import discord

from bot.cards.layout import error_card
from bot.delivery.seen_ids import SeenIds
from bot.delivery.sender import FAILURES, explain_refusal, send_response
from bot.errors import explain_error
from bot.questions.runtime import Runtime
from bot.reference_ids import begin_reference
from index.text.localization import Language

Interaction = discord.Interaction[Any]


class ClickGuard:
    """Run the handlers of clicks."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.clicked = SeenIds()

    async def __call__(self, interaction: Interaction, language: Language, handling: Coroutine[Any, Any, None]) -> None:
        """Await `handling` unless the click was handled before; report any error to the member."""
        if not self.clicked.is_new(interaction.id):
            handling.close()
            return
        self.runtime.acknowledgements.expect(interaction.id)
        begin_reference("click")
        with self.runtime.in_progress.one():
            try:
                await handling
            except Exception as error:  # noqa: BLE001 whatever went wrong, the member is waiting
                await tell_error(interaction, error, language)


async def tell_error(interaction: Interaction, error: Exception, language: Language) -> None:
    """Explain an error to the member who clicked, in an ephemeral message."""
    card = error_card(explain_refusal(error, interaction, language), language)
    try:
        if interaction.response.is_done():
            await interaction.followup.send(view=card, ephemeral=True)
        else:
            await send_response(partial(interaction.response.send_message, view=card, ephemeral=True))
    except FAILURES as send_error:
        explain_error(send_error, language)
