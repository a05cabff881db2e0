"""The components of a message -> a page that looks like Discord's. Knows the components that the bot uses."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Template

from tests.pictures.markdown import html

Component = dict[str, Any]
HERE = Path(__file__).parent
HOURS = 8  # the member's time, ahead of UTC


def page(components: list[Component], *, asked: str, member: str, theme: str) -> str:
    """A message by the bot below what the member did."""
    template = Template((HERE / "discord.html").read_text("utf-8"), autoescape=True)
    style, shown = (HERE / "discord.css").read_text("utf-8"), "".join(map(component, components))
    return template.render(style=style, shown=shown, asked=asked, member=member, theme=theme)


def component(one: Component) -> str:
    """A component and those inside it. Raises KeyError for a kind that the bot does not use."""
    kinds: dict[int, Callable[[Component], str]] = {1: row, 2: button, 3: menu, 10: text, 14: separator, 17: container}
    return kinds[one["type"]](one)


def container(one: Component) -> str:
    colour = f"#{one['accent_color']:06x}"
    inner = "".join(map(component, one["components"]))
    return (
        f'<div class="container"><div class="bar" style="background:{colour}"></div><div class="inner">{inner}</div></div>'
    )


def row(one: Component) -> str:
    return f'<div class="row">{"".join(map(component, one["components"]))}</div>'


def button(one: Component) -> str:
    return f'<span class="button style{one["style"]}">{escape(one["label"])}</span>'


def menu(one: Component) -> str:
    return f'<span class="menu">{escape(one["placeholder"])}<span class="arrow">⌄</span></span>'


def text(one: Component) -> str:
    return f'<div class="text">{html(one["content"], moment)}</div>'


def separator(_: Component) -> str:
    return "<hr>"


def moment(seconds: int) -> str:
    return (datetime.fromtimestamp(seconds, UTC) + timedelta(hours=HOURS)).strftime("%Y/%m/%d %H:%M")
