"""Recognise how a line begins and ends: bullets, numberings, ends of sentences."""

from __future__ import annotations

import re

from index.reports.reader import PARAGRAPH_ENDS

# Private-use characters are bullets of symbol fonts; they are replaced in the text.
SYMBOL_BULLETS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf06e": "■", "\uf0a8": "◆", "\uf06c": "●"}
BULLET = re.compile(r"[•‣◦●○■□▪▫◆◇▶►▸➢➤✓✔❖∙⁃\uf000-\uf0ff]")
BULLET_OR_DASH = re.compile(rf"(?:{BULLET.pattern}|[-–—－‐・*＊](?=\s)|o(?=\s))")
NUMBERING = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3}){0,4}[.．、)）](?!\d)|\d{1,2}(?:\.\d{1,2}){1,4}(?=\s)"
    r"|[(（](?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5}|[一二三四五六七八九十]{1,3}|[ｱ-ﾝア-ン])[)）]"
    r"|(?:[a-zA-Z]|[ivxIVX]{1,5})[.)](?=\s)|[一二三四五六七八九十壹貳參肆伍陸柒捌玖拾]{1,3}、|[①-⑳㈠-㈩]"
    r"|第\s?[一二三四五六七八九十百\d０-９]{1,4}\s?[條条章節节編编部款項项])"
)
ENDS, CLOSING = frozenset(f"{PARAGRAPH_ENDS}…"), "”’\"'」』）)]0123456789*†‡"
MARK_ALONE = re.compile(
    rf"{BULLET.pattern}|[-–—－‐・*＊o]|\d{{1,3}}|(?:[a-zA-Z]|[ivxIVX]{{1,5}})[.)]|\d{{1,2}}(?:\.\d{{1,2}}){{1,4}}|{NUMBERING.pattern}"
)


def is_item_mark(text: str) -> bool:
    """Return whether a text is the mark of a list's item and nothing else."""
    return bool(MARK_ALONE.fullmatch(text))


def starts_with_bullet(text: str) -> bool:
    """Return whether a line begins with a bullet or a dash as one."""
    return bool(BULLET_OR_DASH.match(text))


def starts_with_number(text: str) -> bool:
    """Return whether a line begins with the number of an item or a heading."""
    return bool(NUMBERING.match(text))


def ends_sentence(text: str) -> bool:
    """Return whether a text ends as a sentence or an introduction does."""
    inside = text.rstrip(CLOSING)
    # Some marks that close a sentence may end one by themselves.
    return not ENDS.isdisjoint(text[max(0, len(inside) - 1) :])


def starts_lower(text: str) -> bool:
    """Return whether a text begins with a small letter."""
    return text[:1].islower()


def replace_symbols(text: str) -> str:
    """Replace the bullets of symbol fonts by ordinary ones."""
    return re.sub(r"[\uf000-\uf0ff]", lambda match: SYMBOL_BULLETS.get(match[0], "•"), text)
