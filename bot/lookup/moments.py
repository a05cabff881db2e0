"""When a session is: on each member's own clock, as Discord shows timestamps, and on the venue's."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.locale.catalogue import Catalogue
from index.models import ReportInfo, Session


def instants(session: Session, zone: str) -> tuple[datetime, datetime | None] | None:
    """Start and end, aware of the zone; None where the report is silent. What ends before it starts ends the day after."""
    if not (session.date and session.start):
        return None
    try:
        start, end = (at(session.date, time, zone) if time else None for time in (session.start, session.end))
        if start is None:
            return None
        return start, end + timedelta(days=1) if end and end < start else end
    except OverflowError:  # the night after the last day of the calendar
        return None


def at(date: str, time: str, zone: str) -> datetime:
    """The time of a day, of which 24:00 is the next one's beginning."""
    hours, minutes = map(int, time.split(":"))
    return (datetime.fromisoformat(date) + timedelta(hours=hours, minutes=minutes)).replace(tzinfo=ZoneInfo(zone))


def venue_time(session: Session) -> str:
    """`2021-12-15 18:00–19:30`, as much of it as the report says."""
    times = "–".join(filter(None, (session.start, session.end)))
    return " ".join(filter(None, (session.date, times)))


def when(session: Session, source: ReportInfo, words: Catalogue) -> list[str]:
    """Lines on when a session is: the member's own time where a zone is known, and the venue's; none without a date."""
    if not session.date:
        return []
    zone, span = source.time_zone, instants(session, source.time_zone) if source.time_zone else None
    if zone is None or span is None:
        return [words("session.when", time=venue_time(session))]
    start, end = span
    local = f"<t:{int(start.timestamp())}:f>" + (f" – <t:{int(end.timestamp())}:t>" if end else "")
    venue = words("session.venue_time", time=venue_time(session), zone=zone)
    note = [] if source.time_zone_stated else ["-# " + words("session.zone_not_stated")]
    return [words("session.your_time", time=local), venue, *note]
