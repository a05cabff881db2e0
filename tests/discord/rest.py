"""REST version 10: records every request, applies faults, checks the body and answers as Discord does."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.discord import payloads
from tests.discord.answers import BLOCKED, NOTHING, Answer, error, invalid_form
from tests.discord.faults import Fault
from tests.discord.gateway import Gateway
from tests.discord.interactions import Interactions
from tests.discord.limits import kept_message_problems
from tests.discord.payloads import CHANNEL, DM_CHANNEL, OTHER_CHANNEL, Payload
from tests.discord.promises import promise_problems
from tests.discord.state import Request, State
from tests.discord.validator import body_problems

Handler = Callable[..., Awaitable[Answer]]
UNKNOWN_MESSAGE = error(404, 10008, "Unknown Message")


class Rest:
    def __init__(self, state: State, gateway: Gateway, interactions: Interactions, *, accepts: str, shards: int) -> None:
        self.state, self.gateway, self.interactions = state, gateway, interactions
        self.accepts, self.shards = accepts, shards
        self.faults: list[Fault] = []
        commands = r"/applications/\d+(?:/guilds/\d+)?/commands"
        message = r"/channels/(\d+)/messages/(\d+)"
        routes: list[tuple[str, str, Handler]] = [
            ("GET", r"/users/@me", self._me),
            ("GET", r"/users/(\d+)", self._user),
            ("POST", r"/users/@me/channels", self._open_dm),
            ("GET", r"(?:/oauth2)?/applications/@me", self._application),
            ("GET", r"/gateway/bot", self._gateway),
            ("GET", commands, self._commands),
            ("PUT", commands, self._sync),
            ("GET", r"/guilds/(\d+)/audit-logs", self._audit_log),
            ("GET", r"/guilds/(\d+)/members/(\d+)", self._member),
            ("GET", r"/channels/(\d+)", self._channel),
            ("PATCH", r"/channels/(\d+)", self._edit_thread),
            ("GET", r"/channels/(\d+)/thread-members/(\d+)", self._thread_member),
            ("PUT|DELETE", r"/channels/(\d+)/thread-members/@me", self._join_or_leave),
            ("POST", r"/channels/(\d+)/typing", self._nothing),
            ("POST", r"/channels/(\d+)/messages", self._send),
            ("GET", r"/channels/(\d+)/messages", self._history),
            ("POST", message + "/threads", self._open_thread),
            ("GET", message, self._fetch),
            ("PATCH", message, self._edit),
            ("DELETE", message, self._delete),
            ("PUT", message + r"/reactions/[^/]+/@me", self._nothing),
            ("POST", r"/interactions/(\d+)/([^/]+)/callback", self._callback),
            ("POST", r"/webhooks/\d+/([^/]+)()", self._webhook),
            ("GET|PATCH|DELETE", r"/webhooks/\d+/([^/]+)/messages/([^/]+)", self._webhook),
        ]
        self._routes = [(methods.split("|"), re.compile(pattern), handler) for methods, pattern, handler in routes]

    async def endpoint(self, http: web.Request) -> web.StreamResponse:
        request = await _read(http)
        self.state.requests.append(request)
        fault = next((f for f in self.faults if f.strikes(request.method, request.path)), None)
        if fault:
            fault.times -= 1
            fault.struck += 1
            await self.state.delay(fault.delay)
        if fault and fault.drop == "before":
            return self._cut(http)
        if fault and fault.status:
            answer, bucket = Answer(fault.status, fault.body, fault.headers), request.path
        else:
            answer, bucket = await self._answer(request, http.headers.get("Authorization"))
        if fault and fault.drop == "after":
            return self._cut(http)
        request.status = answer.status
        self.state.changed.set()
        response = answer.response(bucket)
        if fault and fault.garble:
            response.body = b'{"id": '
        return response

    def _cut(self, http: web.Request) -> web.Response:
        if http.transport:
            http.transport.abort()
        self.state.changed.set()
        return web.Response()

    async def _answer(self, request: Request, authorization: str | None) -> tuple[Answer, str]:
        found = ((pattern.fullmatch(request.path), m, pattern, handler) for m, pattern, handler in self._routes)
        matches = [(match, pattern, handler) for match, m, pattern, handler in found if match and request.method in m]
        if not matches:
            self.state.violate("unknown route", request, "the loopback Discord does not serve it: see rest.py")
            return error(404, 0, "404: Not Found"), request.path
        match, pattern, handler = matches[0]
        # Interaction tokens are credentials of their own; everything else needs the bot's.
        if not request.path.startswith(("/interactions/", "/webhooks/")) and authorization != f"Bot {self.accepts}":
            return error(401, 0, "401: Unauthorized"), request.path
        bucket = f"{request.method} {pattern.pattern}"
        if request.body is not None:
            for problem in promise_problems(request.method, request.path, request.body):
                self.state.violate("promise", request, problem)
            if problems := body_problems(request.method, request.path, request.body):
                for problem in problems:
                    self.state.violate("payload", request, problem)
                return invalid_form(problems), bucket
        return await handler(request, *match.groups()), bucket

    async def _nothing(self, *_: Any) -> Answer:
        return NOTHING

    async def _me(self, _: Request) -> Answer:
        extra = {"verified": True, "mfa_enabled": True, "locale": "en-US"}
        return Answer(200, {**payloads.user(payloads.APPLICATION), **extra})

    async def _user(self, _: Request, uid: str) -> Answer:
        return Answer(200, payloads.user(uid))

    async def _application(self, _: Request) -> Answer:
        return Answer(200, payloads.application())

    async def _gateway(self, _: Request) -> Answer:
        limit = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 1}
        url = "wss://gateway.discord.gg"
        return Answer(200, {"url": url, "shards": self.shards, "session_start_limit": limit})

    async def _commands(self, _: Request) -> Answer:
        return Answer(200, self.state.commands)

    async def _sync(self, request: Request) -> Answer:
        self.state.commands[:] = [self._stored(command) for command in request.body]
        return Answer(200, self.state.commands)

    def _stored(self, command: Payload) -> Payload:
        kept = {"description": "", "type": 1, "default_member_permissions": None, **command}
        # A command keeps its id for as long as it is synced under its name, by whichever process of the bot.
        held = (each["id"] for each in self.state.commands if (each["type"], each["name"]) == (kept["type"], kept["name"]))
        ours = {"id": next(held, None) or self.state.snowflake(), "version": self.state.snowflake()}
        return {**kept, **ours, "application_id": payloads.APPLICATION}

    async def _open_dm(self, _: Request) -> Answer:
        return Answer(200, payloads.channel(DM_CHANNEL))

    async def _audit_log(self, _: Request, gid: str) -> Answer:
        """Who added the bot to a guild, as in https://docs.discord.com/developers/resources/audit-log, event BOT_ADD."""
        entry = {
            "id": self.state.snowflake(),
            "action_type": 28,
            "user_id": payloads.MEMBER,
            "target_id": payloads.APPLICATION,
        }
        lists = (
            "application_commands",
            "auto_moderation_rules",
            "guild_scheduled_events",
            "integrations",
            "threads",
            "webhooks",
        )
        added = [entry] if gid in self.gateway.guilds else []
        return Answer(200, {**{key: [] for key in lists}, "audit_log_entries": added, "users": [payloads.user()]})

    async def _member(self, _: Request, gid: str, uid: str) -> Answer:
        """A member of a guild, who has the roles that `state.roles` gives them."""
        if gid not in self.gateway.guilds:
            return error(404, 10004, "Unknown Guild")
        return Answer(200, payloads.member(uid) | {"roles": self.state.roles.get(uid, [])})

    def _known(self, cid: str) -> bool:
        return cid in {CHANNEL, OTHER_CHANNEL, DM_CHANNEL, *self.state.threads, *self.state.channels}

    async def _channel(self, _: Request, cid: str) -> Answer:
        if not self._known(cid):
            return error(404, 10003, "Unknown Channel")
        return Answer(200, self.state.channel(cid))

    async def _edit_thread(self, request: Request, cid: str) -> Answer:
        """Set the tags of a post.

        https://docs.discord.com/developers/resources/channel#modify-channel, parameters of threads: `applied_tags`.
        """
        opened = self.state.threads.get(cid)
        if opened is None:
            return error(404, 10003, "Unknown Channel")
        available = {each["id"] for each in self.state.channel(opened["parent_id"]).get("available_tags", [])}
        wanted = [str(each) for each in request.body["applied_tags"]]
        if not set(wanted) <= available:
            return invalid_form(["applied_tags: not a tag of the channel"])
        opened["applied_tags"] = wanted
        await self.gateway.session(opened["guild_id"]).dispatch("THREAD_UPDATE", opened)
        return Answer(200, self.state.channel(cid))

    async def _thread_member(self, _: Request, cid: str, uid: str) -> Answer:
        """https://docs.discord.com/developers/resources/channel#get-thread-member: 404 for who is no member."""
        if cid not in self.state.joined or uid != payloads.APPLICATION:
            return error(404, 10007, "Unknown Member")
        return Answer(200, payloads.thread_member(cid))

    async def _join_or_leave(self, request: Request, cid: str) -> Answer:
        """The bot joins or leaves a thread, and hears of it.

        https://docs.discord.com/developers/resources/channel#join-thread and #leave-thread; both fire Thread Members Update.
        """
        if cid not in self.state.threads:
            return error(404, 10003, "Unknown Channel")
        gid, event = self.state.threads[cid]["guild_id"], {"id": cid, "member_count": 1}
        if request.method == "PUT":
            self.state.joined.add(cid)
            event["added_members"] = [payloads.thread_member(cid)]
        else:
            self.state.joined.discard(cid)
            event["removed_member_ids"] = [payloads.APPLICATION]
        await self.gateway.session(gid).dispatch("THREAD_MEMBERS_UPDATE", event | {"guild_id": gid})
        return NOTHING

    async def _history(self, request: Request, cid: str) -> Answer:
        """The newest messages of a channel before one, or the oldest after one, newest first."""
        before, after = int(request.query.get("before", 1 << 63)), int(request.query.get("after", 0))
        here = [m for m in self.state.messages.values() if m["channel_id"] == cid and after < int(m["id"]) < before]
        limit, oldest = int(request.query.get("limit", 50)), sorted(here, key=lambda m: int(m["id"]))
        found = oldest[:limit] if "after" in request.query else oldest[-limit:]
        return Answer(200, found[::-1])

    async def _open_thread(self, request: Request, cid: str, mid: str) -> Answer:
        message = self._message(cid, mid)
        if message is None:
            return UNKNOWN_MESSAGE
        if mid in self.state.threads:
            return error(400, 160004, "A thread has already been created for this message")
        gid = self.state.guild_of(cid) or payloads.GUILD
        made = payloads.thread(mid, cid, request.body["name"], gid=gid)
        self.state.threads[mid] = made
        await self.gateway.session(gid).dispatch("THREAD_CREATE", made)
        message |= {"flags": message["flags"] | payloads.HAS_THREAD, "thread": made}
        await self.gateway.publish("MESSAGE_UPDATE", message, gid)
        return Answer(201, made)

    async def _send(self, request: Request, cid: str) -> Answer:
        if not self._known(cid):
            return error(404, 10003, "Unknown Channel")
        if self.state.channel(cid)["type"] in (payloads.CATEGORY, payloads.FORUM, payloads.MEDIA):
            return error(400, 50008, "Cannot send messages in a non-text channel")
        body = request.body
        if cid != DM_CHANNEL and self.state.blocks(body):
            return BLOCKED
        reference = body.get("message_reference")
        target = self.state.messages.get(str(reference["message_id"])) if reference else None
        if reference and target is None and reference.get("fail_if_not_exists", True):
            return error(400, 50035, "Invalid Form Body: message_reference: Unknown message")
        if body.get("enforce_nonce") and (cid, body["nonce"]) in self.state.nonces:
            return Answer(200, self.state.nonces[cid, body["nonce"]])
        posted = self.state.post(body, channel=cid)
        if body.get("enforce_nonce"):
            self.state.nonces[cid, body["nonce"]] = posted
        self.state.attach(posted, request.files)
        if reference:
            posted |= {"type": payloads.REPLY, "message_reference": reference, "referenced_message": target}
        await self.gateway.publish("MESSAGE_CREATE", posted, self.state.guild_of(cid))
        return Answer(200, posted)

    def _message(self, cid: str, mid: str) -> Payload | None:
        message = self.state.messages.get(mid)
        return message if message and message["channel_id"] == cid else None

    async def _fetch(self, _: Request, cid: str, mid: str) -> Answer:
        message = self._message(cid, mid)
        return Answer(200, message) if message else UNKNOWN_MESSAGE

    async def _edit(self, request: Request, cid: str, mid: str) -> Answer:
        message = self._message(cid, mid)
        if message is None:
            return UNKNOWN_MESSAGE
        after = payloads.edited(message, request.body, self.state.now())
        if problems := kept_message_problems(after):
            self.state.violate("payload", request, "; ".join(problems))
            return invalid_form(problems)
        message.update(after)
        await self.gateway.publish("MESSAGE_UPDATE", message, self.state.guild_of(cid))
        return Answer(200, message)

    async def _delete(self, _: Request, cid: str, mid: str) -> Answer:
        if self._message(cid, mid) is None:
            return UNKNOWN_MESSAGE
        del self.state.messages[mid]
        return NOTHING

    async def _callback(self, request: Request, iid: str, token: str) -> Answer:
        answer = self.interactions.callback(iid, token, request.body, "with_response" in request.query)
        return self._with_files(request, answer, (answer.body or {}).get("resource", {}).get("message"))

    async def _webhook(self, request: Request, token: str, mid: str) -> Answer:
        answer = self.interactions.webhook(request.method, token, mid or None, request.body)
        return self._with_files(request, answer, answer.body)

    def _with_files(self, request: Request, answer: Answer, message: Payload | None) -> Answer:
        if answer.status == 200 and message and request.files:
            self.state.attach(message, request.files)
        return answer


async def _read(http: web.Request) -> Request:
    files: dict[str, bytes] = {}
    if http.content_type.startswith("multipart/"):
        form = await http.post()
        body = json.loads(str(form["payload_json"])) if "payload_json" in form else None
        files = {field.filename: field.file.read() for field in form.values() if isinstance(field, web.FileField)}
    else:
        raw = await http.read()
        body = json.loads(raw) if raw else None
    return Request(http.method, "/" + http.match_info["tail"], dict(http.query), body, files)
