"""Titles of reports above their quotations, where these are from more than one. Pure."""

from collections.abc import Collection, Iterable, Mapping

from bot.cards.escaping import NOTHING, escape, one_line

TITLE = 80  # characters, before escaping


def headings(reports: Collection[str], titles: Mapping[str, str]) -> dict[str, str]:
    """What stands above the quotations of each of these reports; nothing where there is one, or titles are not known."""
    if len(reports) < 2 or not titles:
        return {}
    return {report: f"### {escape(one_line(titles.get(report, report), TITLE)) or NOTHING}\n" for report in reports}


def once(texts: Iterable[str], above: Collection[str]) -> list[str]:
    """The texts of a page, each heading only above the first of those that it begins."""
    kept, shown = [], ""
    for text in texts:
        heading = next((each for each in above if text.startswith(each)), shown)
        kept.append(text.removeprefix(heading) if heading == shown else text)
        shown = heading
    return kept
