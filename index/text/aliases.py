"""Replace other names of people and organisations by those that the reports print."""

from collections.abc import Mapping


def replace_aliases(question: str, aliases: Mapping[str, str]) -> str:
    """Return a question with every alias replaced, longer ones first; case does not matter.

    :param aliases: printed names by alias. An alias in letters with spaces between words matches whole words alone.
    """
    for alias in sorted(aliases, key=len, reverse=True):
        start = 0
        while (start := question.casefold().find(alias.casefold(), start)) >= 0 and is_same_length(question):
            end = start + len(alias)
            if is_word_apart(question, start, end):
                question = question[:start] + aliases[alias] + question[end:]
                end = start + len(aliases[alias])
            start = end
    return question


def is_same_length(text: str) -> bool:
    """Return whether offsets hold after case folding, which makes a few letters two."""
    return len(text) == len(text.casefold())


def is_word_apart(text: str, start: int, end: int) -> bool:
    """Return whether a span neither begins nor ends within a word of Latin letters or digits."""
    begins_within = start > 0 and text[start].isascii() and text[start - 1].isascii() and text[start - 1].isalnum()
    ends_within = end < len(text) and text[end - 1].isascii() and text[end].isascii() and text[end].isalnum()
    return not (begins_within or ends_within)
