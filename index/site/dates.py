"""Write dates for readers, with the words of the site in their language."""

from datetime import date
from types import SimpleNamespace


def date_text(iso: str, words: SimpleNamespace) -> str:
    """Return a year, a month or a day in ISO 8601 as readers write it.

    :param words: Texts of the site; `months` are the names of the months, separated by commas.
    """
    year, month, day = (*map(int, iso.split("-")), 0, 0)[:3]
    pattern = words.date_day if day else words.date_month if month else words.date_year
    return str(pattern.format(year=year, month=words.months.split(",")[month - 1], day=day))


def day_text(iso: str, words: SimpleNamespace) -> str:
    """Return a day in ISO 8601 with its day of the week.

    :param words: Texts of the site; `weekdays` are the names of the days from Monday on, separated by commas.
    """
    weekday = words.weekdays.split(",")[date.fromisoformat(iso).weekday()]
    return str(words.date_weekday.format(date=date_text(iso, words), weekday=weekday))
