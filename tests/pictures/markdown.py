"""Discord's markdown as HTML: what a message's text looks like. Whatever the text, it is escaped before anything else."""

import re
from collections.abc import Callable
from html import escape

# What a backslash keeps literal stands in Unicode's private use area until the end.
LITERAL = re.compile(r"\\([!-/:-@\[-`{-~])")
PRIVATE = 0xF0000
INLINE: tuple[tuple[str, str], ...] = (
    (r"\[([^\[\]\n]+)\]\((https?://[^\s<>()]+)\)", r"<a>\1</a>"),
    (r"\*\*(.+?)\*\*", r"<b>\1</b>"),
    (r"__(.+?)__", r"<u>\1</u>"),
    (r"~~(.+?)~~", r"<s>\1</s>"),
    (r"\|\|(.+?)\|\|", r'<span class="spoiler">\1</span>'),
    (r"`([^`\n]+)`", r"<code>\1</code>"),
    (r"\*(?!\s)(.+?)(?<!\s)\*", r"<i>\1</i>"),
    (r"(?<!\w)_(?!\s)(.+?)(?<!\s)_(?!\w)", r"<i>\1</i>"),
    (r"&lt;t:(\d+)(?::\w)?&gt;", r'<span class="time">\1</span>'),
    (r"&lt;/([\w -]+):\d+&gt;", r'<span class="mention">/\1</span>'),
    (r"&lt;(#|@&amp;|@!?)\d+&gt;", r'<span class="mention">\1…</span>'),
)


def html(text: str, moment: Callable[[int], str] = str) -> str:
    """A text display as HTML; `moment` tells a Unix time as the member's client would."""
    kept = LITERAL.sub(lambda found: chr(PRIVATE + ord(found[1])), "".join(map(private, text)))
    blocks, quoted = [], []
    code: list[str] | None = None  # the lines of a block of code, inside of one
    for line in [*escape(kept, quote=True).split("\n"), None]:
        if line == "```":
            blocks += [f"<pre>{chr(10).join(code)}</pre>"] if code is not None else []
            code = [] if code is None else None
            continue
        if code is not None and line is not None:
            code.append(line)
            continue
        if line is not None and line.startswith("&gt; "):
            quoted.append(inline(line.removeprefix("&gt; "), moment))
            continue
        if quoted:
            blocks.append(f"<blockquote>{'<br>'.join(quoted)}</blockquote>")
            quoted = []
        if line is not None:
            blocks.append(block(line, moment))
    return literal("".join(blocks))


def block(line: str, moment: Callable[[int], str]) -> str:
    """A line that is no quotation."""
    if found := re.match(r"(#{1,3}) (.+)", line):
        return f"<h{len(found[1])}>{inline(found[2], moment)}</h{len(found[1])}>"
    if line.startswith("-# "):
        return f"<small>{inline(line.removeprefix('-# '), moment)}</small>"
    if found := re.match(r"( *)[-*] (.+)", line):
        return f'<div class="item depth{min(len(found[1]) // 2, 2)}">{small(found[2], moment)}</div>'
    if found := re.match(r"( +)-# (.+)", line):
        return f'<small class="depth{min(len(found[1]) // 2, 2)}">{inline(found[2], moment)}</small>'
    return f"<p>{inline(line, moment) or '&nbsp;'}</p>"


def small(text: str, moment: Callable[[int], str]) -> str:
    """The text of a list's item, which may be small."""
    return f"<small>{inline(text[3:], moment)}</small>" if text.startswith("-# ") else inline(text, moment)


def inline(line: str, moment: Callable[[int], str]) -> str:
    for pattern, shown in INLINE:
        line = re.sub(pattern, shown, line)
    return re.sub(
        r'<span class="time">(\d+)</span>', lambda found: f'<span class="time">{moment(int(found[1]))}</span>', line
    )


def private(character: str) -> str:
    """No character of a text stands for one that a backslash kept."""
    return "\N{REPLACEMENT CHARACTER}" if PRIVATE <= ord(character) < PRIVATE + 128 else character


def literal(text: str) -> str:
    """What backslashes kept, as it is."""
    return "".join(escape(chr(ord(c) - PRIVATE)) if PRIVATE <= ord(c) < PRIVATE + 128 else c for c in text)
