"""Read and change what the answer to a post says about itself: a first suggestion, solved, or left to people."""

from collections.abc import Collection
from typing import Any

import discord
from discord import ui

from bot.cards.custom_ids import ActionKind, AnswerAction

# The first line of an answer to a post begins with one of these: the suggestion, the solved, and the one left to people.
MARKS = ("💡", "✅", "🙋")
POST_ACTIONS: tuple[ActionKind, ...] = ("solved", "people")


def read_note(message: discord.Message | None) -> str:
    """Return the first line of an answer to a post; empty for any other card."""
    first = next(iter(text_displays(as_view(message))), None)
    return first.content if first and first.content.startswith(MARKS) else ""


def read_actions(message: discord.Message | None) -> tuple[ActionKind, ...]:
    """Return what the buttons of an answer to a post still do with the post."""
    kinds = [action_kind(item) for item in as_view(message).walk_children()]
    return tuple(kind for kind in POST_ACTIONS if kind in kinds)


def noted_card(message: discord.Message, note: str, actions: Collection[ActionKind]) -> ui.LayoutView:
    """Return the card of a message with another first line, and of the buttons for the post those of `actions`."""
    view = as_view(message)
    first = text_displays(view)[0]
    first.content = note if read_note(message) else f"{note}\n{first.content}"
    dropped = {*POST_ACTIONS} - {*actions}
    for row in [item for item in view.walk_children() if isinstance(item, ui.ActionRow)]:
        for button in [item for item in row.children if action_kind(item) in dropped]:
            row.remove_item(button)
        if not row.children and isinstance(row.parent, ui.Container):
            row.parent.remove_item(row)
    return view


def as_view(message: discord.Message | None) -> ui.LayoutView:
    return ui.LayoutView.from_message(message, timeout=None) if message else ui.LayoutView()


def text_displays(view: ui.LayoutView) -> list[ui.TextDisplay[Any]]:
    return [item for item in view.walk_children() if isinstance(item, ui.TextDisplay)]


def action_kind(item: ui.Item[Any]) -> ActionKind | None:
    """Return what a button below an answer does; None for anything else."""
    prefix, _, action = str(getattr(item, "custom_id", "")).partition(":")
    return AnswerAction.parse(action).kind if prefix == "act" else None
