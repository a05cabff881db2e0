"""Interactions: one acknowledgement within three seconds, then a webhook that lives for fifteen minutes."""

from dataclasses import dataclass, field
from typing import Any

from tests.discord.answers import BLOCKED, NOTHING, Answer, error, invalid_form
from tests.discord.limits import kept_message_problems
from tests.discord.payloads import APPLICATION, EPHEMERAL, LOADING, MEMBER, Payload, edited, user
from tests.discord.state import State

ACKNOWLEDGE_SECONDS = 3
TOKEN_SECONDS = 15 * 60
FOLLOWUPS_FOR_USER_INSTALLS = 5

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
ALLOWED = {
    COMMAND: {MESSAGE, DEFER, MODAL},
    COMPONENT: {MESSAGE, DEFER, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {MESSAGE, DEFER, DEFER_UPDATE, UPDATE},
}


@dataclass
class Interaction:
    """One use of the bot by a member.

    `ack` is the type of the callback and `callback` its whole body; `original` is the message it made or updates;
    `source` is the message whose component was used. `acknowledged_after` and `answered_after` are in seconds.
    """

    id: str
    token: str
    kind: int
    created: float
    channel: str
    guild: str | None
    user_install: bool
    source: Payload | None = None
    user: str = MEMBER
    ack: int | None = None
    callback: Payload | None = None
    original: Payload | None = None
    followups: list[Payload] = field(default_factory=list)
    reported: bool = False
    acknowledged_after: float | None = None
    answered_after: float | None = None

    @property
    def data(self) -> Payload:
        """The `data` of the callback; empty before the acknowledgement."""
        return (self.callback or {}).get("data") or {}

    @property
    def answered(self) -> bool:
        """Whether the member sees an answer: acknowledged, and not "thinking" any more."""
        return self.ack is not None and not (self.original and self.original["flags"] & LOADING)

    def __str__(self) -> str:
        return f"interaction {self.id} of type {self.kind}"


@dataclass
class Interactions:
    state: State
    known: dict[str, Interaction] = field(default_factory=dict)

    def add(self, kind: int, **fields: Any) -> Interaction:
        token = f"token-{len(self.known) + 1}"
        self.known[token] = Interaction(self.state.snowflake(), token, kind, self.state.now(), **fields)
        return self.known[token]

    def report_neglected(self) -> None:
        """Record each interaction that was left without an acknowledgement, or "thinking" for ever."""
        for interaction in self.known.values():
            if not interaction.answered and not interaction.reported:
                rule = "left thinking" if interaction.ack else "never acknowledged"
                self._blame(interaction, rule, "the member waits for an answer that never comes")

    def _blame(self, interaction: Interaction, rule: str, detail: str) -> None:
        interaction.reported = True
        self.state.violate(rule, interaction, detail)

    def callback(self, iid: str, token: str, body: Payload, with_response: bool) -> Answer:
        """Take the acknowledgement of an interaction."""
        interaction = self.known.get(token)
        if interaction is None or interaction.id != iid:
            self.state.violate("unknown interaction", f"interaction {iid}", "no member made it")
            return error(404, 10062, "Unknown interaction")
        age = self.state.now() - interaction.created
        if age > ACKNOWLEDGE_SECONDS:
            self._blame(interaction, "acknowledged late", f"more than {ACKNOWLEDGE_SECONDS} s after the member acted")
            return error(404, 10062, "Unknown interaction")
        if interaction.ack is not None:
            self._blame(interaction, "acknowledged twice", f"type {interaction.ack}, then type {body['type']}")
            return error(400, 40060, "Interaction has already been acknowledged.")
        if body["type"] not in ALLOWED[interaction.kind]:
            self._blame(interaction, "wrong callback", f"type {body['type']} cannot answer it")
            return error(400, 50035, "Invalid Form Body")
        interaction.ack, interaction.callback, interaction.acknowledged_after = body["type"], body, age
        self._show(interaction, body.get("data") or {})
        if not with_response:
            return NOTHING
        original = interaction.original
        about = {
            "id": iid,
            "type": interaction.kind,
            "response_message_id": original["id"] if original else None,
            "response_message_loading": bool(original and original["flags"] & LOADING),
            "response_message_ephemeral": bool(original and original["flags"] & EPHEMERAL),
        }
        resource = {"type": body["type"], **({"message": original} if original else {})}
        return Answer(200, {"interaction": about, "resource": resource})

    def _show(self, interaction: Interaction, data: Payload) -> None:
        if interaction.ack in (MESSAGE, DEFER):
            interaction.original = self._post(interaction, data)
            if interaction.ack == DEFER:
                interaction.original["flags"] |= LOADING
        elif interaction.ack in (DEFER_UPDATE, UPDATE) and interaction.source:
            interaction.original = interaction.source
            if interaction.ack == UPDATE:
                interaction.source.update(edited(interaction.source, data, self.state.now()))

    def _post(self, interaction: Interaction, body: Payload) -> Payload:
        posted = self.state.post(body, channel=interaction.channel)
        posted |= {"webhook_id": APPLICATION, "application_id": APPLICATION}
        posted["interaction_metadata"] = {
            "id": interaction.id,
            "type": interaction.kind,
            "user": user(interaction.user),
            "authorizing_integration_owners": {},
        }
        return posted

    def webhook(self, method: str, token: str, mid: str | None, body: Payload | None) -> Answer:
        """Serve a followup (POST) or the GET, PATCH, DELETE of one of the interaction's messages."""
        interaction = self.known.get(token)
        if interaction is None or interaction.ack is None:
            self.state.violate("used before the acknowledgement", f"webhook {token}", f"{method} {mid or 'followup'}")
            return error(404, 10015, "Unknown Webhook")
        if self.state.now() - interaction.created > TOKEN_SECONDS:
            self._blame(interaction, "token expired", f"{method} after {TOKEN_SECONDS // 60} minutes")
            return error(401, 50027, "Invalid Webhook Token")
        if method == "POST":
            return self._followup(interaction, body or {})
        message = interaction.original if mid == "@original" else self.state.messages.get(mid or "")
        if message is None or message["id"] not in self.state.messages:
            return error(404, 10008, "Unknown Message")
        if method == "DELETE":
            message["flags"] &= ~LOADING
            del self.state.messages[message["id"]]
            return NOTHING
        return self._edit(interaction, message, body or {}) if method == "PATCH" else Answer(200, message)

    def _followup(self, interaction: Interaction, body: Payload) -> Answer:
        if interaction.user_install and len(interaction.followups) >= FOLLOWUPS_FOR_USER_INSTALLS:
            self._blame(interaction, "too many followups", f"a user install gets {FOLLOWUPS_FOR_USER_INSTALLS}")
            return error(400, 40094, "This interaction has reached the maximum number of follow up messages")
        if interaction.original and interaction.original["flags"] & LOADING:
            # Discord's own rule: the first followup to a deferral becomes the original, ephemeral as deferred.
            return self._edit(interaction, interaction.original, body)
        if self._blocks(interaction, body, body.get("flags") or 0):
            return BLOCKED
        posted = self._post(interaction, body)
        interaction.followups.append(posted)
        return Answer(200, posted)

    def _edit(self, interaction: Interaction, message: Payload, body: Payload) -> Answer:
        if self._blocks(interaction, body, message["flags"]):
            return BLOCKED
        after = edited(message, body, self.state.now())
        if problems := kept_message_problems(after):
            self._blame(interaction, "payload", "; ".join(problems))
            return invalid_form(problems)
        message.update(after)
        interaction.answered_after = interaction.answered_after or self.state.now() - interaction.created
        return Answer(200, message)

    def _blocks(self, interaction: Interaction, body: Payload, flags: int) -> bool:
        """Check whether AutoMod blocks a message of an interaction: in guilds alone, and never an ephemeral one."""
        return interaction.guild is not None and not flags & EPHEMERAL and self.state.blocks(body)
