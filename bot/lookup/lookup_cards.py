"""A target -> the card it asks for. Looks up in memory; never touches Discord."""

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.cards.custom_ids import SEPARATOR, Target, Tokens, person_token, query_key, short_token
from bot.cards.escaping import inline_text
from bot.engine import Engine
from bot.errors import GoneError
from bot.locale.catalogue import bot_catalogue
from bot.lookup.passage_cards import passage_card
from bot.lookup.people_cards import people_card, person_card
from bot.lookup.session_cards import session_card, sessions_card, text_card
from index.lookup.directory import Match
from index.lookup.scopes import only_match, resolve_session
from index.models import PersonEntry
from index.text.localization import Catalogue, Language

QUERY, DAYS = 100, 1000
# How much of what was typed a button can carry, together with the token of a session.
ORGANISATION, COUNTRY = 46, 20


class LookupCards:
    """The look-up cards of one generation."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.tokens = engine, Tokens(engine)

    def show(self, target: Target) -> ui.LayoutView:
        """The card of a target. Raises GoneError if this generation has nothing of its key."""
        match target.kind:
            case "agenda":
                return self._agenda(target)
            case "session":
                return session_card(target, require_known(self.tokens.sessions.get(target.key)), self.engine)
            case "text":
                return text_card(target, require_known(self.tokens.sessions.get(target.key)), self.engine)
            case "sessions":
                return self._sessions(target)
            case "person":
                return person_card(target, require_known(self.tokens.people.get(target.key)), self.engine)
            case "named":
                return self._named(target)
            case "people":
                return self._people(target)
            case "passage":
                passage = self.tokens.passages.get(target.key.partition(SEPARATOR)[0])
                return passage_card(target, require_known(passage), self.engine)
            case "answer" | "more":
                raise GoneError("an answer is asked for anew, not looked up")

    def session(self, query: str, language: Language) -> Target:
        """Where `/session` leads: the session that a query means alone, or the list of those that it may mean."""
        found = self.engine.directory.find_sessions(query) if query.strip() else []
        sole = only_match(found) if found and found[0].reason != "nearest" else None
        return Target("session", short_token(sole.id), language) if sole else Target("sessions", query_key(query), language)

    def person(self, query: str, language: Language) -> Target:
        """Where `/speaker` leads: the person whom a query means alone, or the list of those whom it may mean."""
        if entry := self.engine.directory.person(query):
            return Target("person", person_token(entry[0].name), language)
        found = self.engine.directory.find_people(query)
        sole = only_match(found) if found and found[0].reason == "name" else None
        return (
            Target("person", person_token(sole[0].name), language) if sole else Target("named", query_key(query), language)
        )

    def people(self, organisation: str, country: str, session: str, language: Language) -> Target:
        """Where `/people` leads; `session` is an id or words of a title. Raises UnknownNameError for one that means none."""
        held = short_token(resolve_session(self.engine.directory, session)) if session.strip() else ""
        texts = (query_key(organisation, ORGANISATION), query_key(country, COUNTRY))
        return Target("people", SEPARATOR.join([*(t.replace(SEPARATOR, " ").strip() for t in texts), held]), language)

    def _agenda(self, target: Target) -> ui.LayoutView:
        words, directory = bot_catalogue(target.language), self.engine.directory
        if not target.key:
            return sessions_card(target, words("agenda.all"), directory.sessions, self.engine)
        sessions = directory.on_day(target.key)
        if not sessions:
            head = words(
                "agenda.none", day=inline_text(target.key, QUERY), days=inline_text(", ".join(directory.days), DAYS)
            )
            return sessions_card(target, head, directory.sessions, self.engine)
        dates = inline_text(" / ".join(dict.fromkeys(session.date or "" for session in sessions)), DAYS)
        return sessions_card(target, words("agenda.day", day=dates), sessions, self.engine)

    def _sessions(self, target: Target) -> ui.LayoutView:
        words = bot_catalogue(target.language)
        found = self.engine.directory.find_sessions(target.key, limit=len(self.engine.directory.sessions))
        head = list_heading(words, target.key, found)
        return sessions_card(target, head, (match.item for match in found), self.engine)

    def _named(self, target: Target) -> ui.LayoutView:
        words = bot_catalogue(target.language)
        found = self.engine.directory.find_people(target.key)
        return people_card(target, list_heading(words, target.key, found), (match.item for match in found), self.engine)

    def _people(self, target: Target) -> ui.LayoutView:
        """Everyone, or those whom an organisation, a country and a session have in common."""
        words = bot_catalogue(target.language)
        try:
            organisation, country, session = target.key.split(SEPARATOR)
        except ValueError as error:
            raise GoneError("the key of this card is of another version of the bot") from error
        held = require_known(self.tokens.sessions.get(session)) if session else None
        entries: list[PersonEntry] = list(self.engine.directory.people)
        for query, reason in ((organisation, "organisation"), (country, "country")):
            if query:
                found = self.engine.directory.find_people(query)
                allowed = {match.item[0].name for match in found if match.reason == reason}
                if not allowed:
                    return people_card(target, list_heading(words, query, found), (m.item for m in found), self.engine)
                entries = [entry for entry in entries if entry[0].name in allowed]
        if held:
            within = {each.id for each in (held, *self.engine.directory.parts(held))}
            entries = [entry for entry in entries if within & {seen.session for seen in entry[1]}]
        filters = [inline_text(text, QUERY) for text in (organisation, country, held.title if held else "") if text]
        key = "people.some" if filters else "people.all"
        return people_card(target, words(key, count=len(entries), filters=" · ".join(filters)), entries, self.engine)


def require_known(found: Any) -> Any:
    """What was found. Raises GoneError if nothing was."""
    if found is None:
        raise GoneError("the index has changed since this card was made")
    return found


def list_heading(words: Catalogue, query: str, found: Sequence[Match[Any]]) -> str:
    """What a list of matches says of its query, and by what they match."""
    shown = inline_text(query, QUERY)
    if not found:
        return words("lookup.nothing", query=shown)
    if found[0].reason == "nearest":
        return words("lookup.nearest", query=shown)
    reasons = dict.fromkeys(words(f"reason.{match.reason}") for match in found)
    return words("lookup.found", query=shown, count=len(found), reasons=words("lookup.and").join(reasons))
