"""Recognise how a line begins and ends: numbers and bullets of lists, headings, labels with a colon, ends of sentences."""

from __future__ import annotations

import re

from index.reports.reader import BULLETS, LEVEL_BULLETS, PARAGRAPH_ENDS

NUMERAL = r"[一二三四五六七八九十百〇零]{1,5}"
FORMAL = r"[壹貳參肆伍陸柒捌玖拾]{1,4}"
EAST = r"[\u2e80-\u9fff\uff00-\uffef「『（〈《【]"
# What only the beginning of a paragraph looks like.
MARK = re.compile(
    rf"[•‣◦‧●○◆◇■□▪▫⚫➢➤✓✔※◎★☆►▶\uf000-\uf0ff](?=\s|{EAST}|\w)|[-–—*·・](?=\s)"
    rf"|[(（]\s?(?:{NUMERAL}|\d{{1,3}}|[ivx]{{1,6}}|[a-zA-Z])\s?[)）]"
    rf"|{FORMAL}[、.．]|{NUMERAL}[、.．]"
    rf"|第\s{{0,4}}(?:{NUMERAL}|\d{{1,4}})\s{{0,4}}[章節节編编部篇條条款項项回屆届次](?=\s|$|[:：])"
    rf"|[\u2460-\u24ff\u2776-\u2793]|#{{1,6}}\s"
    rf"|(?:附[錄录件表]|[圖图表])\s{{0,4}}(?:{NUMERAL}|\d{{1,3}})(?=[\s:：、.]|$|{EAST})"
    r"|(?:Chapter|CHAPTER|Part|PART|Section|SECTION|Article|ARTICLE|Appendix|APPENDIX|Annex|ANNEX|Figure|FIGURE|Table|TABLE)"
    r"\s{1,4}(?:[IVX]{1,6}|\d{1,3}|[A-Z])(?:[.:]|\s|$)"
)
# What may also be within a sentence that goes on on the next line.
WEAK_MARK = re.compile(
    rf"(?:\d{{1,3}}|[a-zA-Z]|[ivxIVX]{{2,6}})[.)．、](?!\d)(?=\s|$|{EAST})|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}\.?\s"
)
# Labels of minutes and agendas, in any of the languages that reports are read in.
LABEL = re.compile(
    r"(?:會議|会议|開會|开会|活動)?(?:時\s*間|时\s*间|日\s*期|地\s*點|地\s*点|日時|場所|会場)\s*[:：]"
    r"|(?:主\s*席|主持人|召集人|司会|議長|座長|與談人|講者|講師|報告人|出\s*席|列\s*席|出席者|紀\s*錄|記\s*錄|记\s*录|案\s*由|說\s*明"
    r"|決\s*議|決\s*定|主旨|議題|结\s*论|結\s*論)(?:人員|單位|人|者)?\s*[:：]"
    r"|(?:Date|Time|Venue|Place|Location|Chair|Chairperson|Moderators?|Speakers?|Presenters?|Panell?ists?|Facilitators?|Hosts?"
    r"|Attendees|Participants|Present|Apologies|Minutes|Subject|Decision|Action)(?:\s+by)?\s*[:：]",
    re.IGNORECASE,
)
CAPTION = re.compile(r"[\u3400-\u9fff]{2,6}\s?[:：]")
CARRIED = re.compile(r"(?P<number>\d{1,3})[.)．、]")
# Private-use characters are bullets of symbol fonts; they are replaced in the text.
SYMBOL_BULLETS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf06e": "■", "\uf0a8": "◆", "\uf06c": "●"}
BULLET = re.compile(rf"[{BULLETS}\uf000-\uf0ff]")
BULLET_OR_DASH = re.compile(rf"(?:{BULLET.pattern}|[-–—－‐\u00ad・*＊](?=\s)|o(?=\s))")
NUMBERING = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3}){0,4}[.．、)）](?!\d)|\d{1,2}(?:\.\d{1,2}){1,4}(?=\s)"
    r"|[(（](?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5}|[一二三四五六七八九十]{1,3}|[ｱ-ﾝア-ン])[)）]"
    r"|(?:[a-zA-Z]|[ivxIVX]{1,5})[.)](?=\s)|[一二三四五六七八九十壹貳參肆伍陸柒捌玖拾]{1,3}、|[①-⑳㈠-㈩]"
    r"|第\s?[一二三四五六七八九十百\d０-９]{1,4}\s?[條条章節节編编部款項项])"
)
OWN_BULLET, CHECK_BOXES = re.compile(rf"{BULLET.pattern}\s"), "☐☑☒"
ENDS, CLOSING = frozenset(f"{PARAGRAPH_ENDS}…"), "”’\"'」』）)]0123456789*†‡"
MARK_ALONE = re.compile(
    rf"{BULLET.pattern}|[-–—－‐\u00ad・*＊o]|\d{{1,3}}|(?:[a-zA-Z]|[ivxIVX]{{1,5}})[.)]|\d{{1,2}}(?:\.\d{{1,2}}){{1,4}}|{NUMBERING.pattern}"
)


def starts_paragraph(line: str) -> bool:
    """Return whether a stripped line begins with a mark or label that only the beginning of a paragraph has."""
    return bool(MARK.match(line) or LABEL.match(line))


def may_start_paragraph(line: str) -> bool:
    """Return whether a stripped line begins with a number or letter that may also be within a sentence."""
    return bool(WEAK_MARK.match(line))


def follows_in_list(first: str, line: str) -> bool:
    """Return whether two lines begin with numbers one after the other."""
    before, after = CARRIED.match(first), CARRIED.match(line)
    return bool(before and after and int(after["number"]) == int(before["number"]) + 1)


def is_item_mark(text: str) -> bool:
    """Return whether a text is the mark of a list's item and nothing else."""
    return bool(MARK_ALONE.fullmatch(text))


def leading_mark(text: str) -> str:
    """Return the number or bullet that a text begins with, or an empty text."""
    match = NUMBERING.match(text) or BULLET.match(text)
    return match[0] if match else ""


def mark_item(text: str, level: int) -> str:
    """Return an item of a list with the bullet of its level, unless it has a bullet of its own.

    :param level: From 0. A check box is enough at the outermost one; at the others it does not show the level.
    """
    is_marked = not level if text[:1] in CHECK_BOXES else bool(OWN_BULLET.match(text))
    return text if is_marked else f"{LEVEL_BULLETS[min(level, len(LEVEL_BULLETS) - 1)]} {text}"


def starts_with_bullet(text: str) -> bool:
    """Return whether a line begins with a bullet or a dash as one."""
    return bool(BULLET_OR_DASH.match(text))


def starts_with_number(text: str) -> bool:
    """Return whether a line begins with the number of an item or a heading."""
    return bool(NUMBERING.match(text))


def starts_with_label(text: str) -> bool:
    """Return whether a line begins with a label of minutes or agendas, numbered or not."""
    number = NUMBERING.match(text)
    return bool(LABEL.match(text, number.end() if number else 0))


def starts_with_caption(text: str) -> bool:
    """Return whether a line begins with a few ideographs and a colon, whatever they say."""
    return bool(CAPTION.match(text))


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
