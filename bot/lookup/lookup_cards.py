"""Build the look-up card of a target, from memory and without Discord calls."""

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.cards.custom_ids import SEPARATOR, Target, Tokens, person_token, query_key, session_token
from bot.cards.escaping import inline_text
from bot.engine import Engine
from bot.errors import GoneError
from bot.locale.catalogue import bot_catalogue
from bot.lookup.contents_card import contents_card
from bot.lookup.passage_cards import passage_card
from bot.lookup.people_cards import people_card, person_card
from bot.lookup.session_cards import session_card, sessions_card, text_card
from index.lookup.directory import Match
from index.lookup.scopes import only_match, resolve_session
from index.models import PersonEntry
from index.text.localization import Catalogue, Language

QUERY, DAYS = 100, 1000
# Characters of the typed text that fit into a custom_id together with the token of a session.
ORGANISATION, COUNTRY = 46, 20


class LookupCards:
    """Build the look-up cards of one generation."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.tokens = engine, Tokens(engine)

    def show(self, target: Target) -> ui.LayoutView:
        """Build the card of a target.

        :raises GoneError: If this generation has no entry for its key.
        """
        match target.kind:
            case "agenda":
                return self._agenda(target)
            case "session" | "text":
                build = session_card if target.kind == "session" else text_card
                return build(target, require_known(self.tokens.sessions.get(target.key)), self.engine)
            case "sessions":
                return self._sessions(target)
            case "person":
                return person_card(target, require_known(self.tokens.people.get(target.key)), self.engine)
            case "named":
                return self._named(target)
            case "people":
                return self._people(target)
            case "contents":
                return self._contents(target)
            case "passage":
                passage = self.tokens.passages.get(target.key.partition(SEPARATOR)[0])
                return passage_card(target, require_known(passage), self.engine)
            case "answer" | "options" | "plain" | "plain_options" | "more":
                raise GoneError("an answer is not stored; ask the question again")

    def session(self, query: str, language: Language) -> Target:
        """Choose the target of `/session`: the only session that matches, else the list of matches."""
        matches = self.engine.directory.find_sessions(query) if query.strip() else []
        session = only_match(matches) if matches and matches[0].reason != "nearest" else None
        return (
            Target("session", session_token(session), language)
            if session
            else Target("sessions", query_key(query), language)
        )

    def person(self, query: str, language: Language) -> Target:
        """Choose the target of `/speaker`: the only person who matches, else the list of matches."""
        if entry := self.engine.directory.person(query):
            return Target("person", person_token(entry[0].name), language)
        matches = self.engine.directory.find_people(query)
        person = only_match(matches) if matches and matches[0].reason == "name" else None
        return (
            Target("person", person_token(person[0].name), language)
            if person
            else Target("named", query_key(query), language)
        )

    def people(self, organisation: str, country: str, session: str, language: Language) -> Target:
        """Build the target of `/people`.

        :param session: An id or words of a title; empty for any session.
        :raises UnknownNameError: If `session` names no session.
        """
        directory = self.engine.directory
        named = directory.session(resolve_session(directory, session)) if session.strip() else None
        texts = (query_key(organisation, ORGANISATION), query_key(country, COUNTRY))
        return Target(
            "people",
            SEPARATOR.join([*(t.replace(SEPARATOR, " ").strip() for t in texts), session_token(named) if named else ""]),
            language,
        )

    def _contents(self, target: Target) -> ui.LayoutView:
        path = require_known(self.tokens.sections.get(target.key)) if target.key else ()
        return contents_card(target, path, self.engine)

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
        matches = self.engine.directory.find_sessions(target.key, limit=len(self.engine.directory.sessions))
        head = list_heading(words, target.key, matches)
        return sessions_card(target, head, (match.item for match in matches), self.engine)

    def _named(self, target: Target) -> ui.LayoutView:
        words = bot_catalogue(target.language)
        matches = self.engine.directory.find_people(target.key)
        head = list_heading(words, target.key, matches)
        return people_card(target, head, (match.item for match in matches), self.engine)

    def _people(self, target: Target) -> ui.LayoutView:
        """Build the list of all people, or of those who match organisation, country and session."""
        words = bot_catalogue(target.language)
        try:
            organisation, country, session_key = target.key.split(SEPARATOR)
        except ValueError as error:
            raise GoneError("the key of this card is of another version of the bot") from error
        session = require_known(self.tokens.sessions.get(session_key)) if session_key else None
        entries: list[PersonEntry] = list(self.engine.directory.people)
        for query, reason in ((organisation, "organisation"), (country, "country")):
            if query:
                matches = self.engine.directory.find_people(query)
                allowed = {match.item[0].name for match in matches if match.reason == reason}
                if not allowed:
                    head = list_heading(words, query, matches)
                    return people_card(target, head, (match.item for match in matches), self.engine)
                entries = [entry for entry in entries if entry[0].name in allowed]
        if session:
            session_ids = {part.id for part in (session, *self.engine.directory.parts(session))}
            entries = [entry for entry in entries if session_ids & {appearance.session for appearance in entry[1]}]
        filters = [inline_text(text, QUERY) for text in (organisation, country, session.title if session else "") if text]
        key = "people.some" if filters else "people.all"
        return people_card(target, words(key, count=len(entries), filters=" · ".join(filters)), entries, self.engine)


def require_known(result: Any) -> Any:
    """Return the result of a look-up.

    :raises GoneError: If it is None.
    """
    if result is None:
        raise GoneError("the index has changed since this card was made")
    return result


def list_heading(words: Catalogue, query: str, matches: Sequence[Match[Any]]) -> str:
    """Build the heading of a list of matches: the query, the number of matches and the reasons for the match."""
    shown = inline_text(query, QUERY)
    if not matches:
        return words("lookup.nothing", query=shown)
    if matches[0].reason == "nearest":
        return words("lookup.nearest", query=shown)
    reasons = dict.fromkeys(words(f"reason.{match.reason}") for match in matches)
    return words("lookup.found", query=shown, count=len(matches), reasons=words("lookup.and").join(reasons))
