"""The gateway: sessions with an event log that a RESUME replays, over connections that come and go."""

import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import zstandard
from aiohttp import WSMsgType, web

from tests.discord.payloads import APPLICATION, GUILD, Payload, guild, member, partial_member, user
from tests.discord.state import State

GUILDS, GUILD_MEMBERS, GUILD_PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT
TOKEN = "good"
RESUME_URL = "wss://gateway-fake.discord.gg"


class Connection:
    """One websocket with the compression the client asked for: one context a connection, flushed every message."""

    def __init__(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.ws = ws
        self.request = request
        self.compress = request.query.get("compress")
        self._zlib = zlib.compressobj()
        self._zstd = zstandard.ZstdCompressor().compressobj()

    async def send(self, payload: Payload) -> None:
        """Send one payload; a connection that is already gone is no error, the session log keeps the event."""
        raw = json.dumps(payload).encode()
        try:
            if self.compress == "zstd-stream":
                flush = zstandard.COMPRESSOBJ_FLUSH_BLOCK
                await self.ws.send_bytes(self._zstd.compress(raw) + self._zstd.flush(flush))
            elif self.compress == "zlib-stream":
                await self.ws.send_bytes(self._zlib.compress(raw) + self._zlib.flush(zlib.Z_SYNC_FLUSH))
            else:
                await self.ws.send_str(raw.decode())
        except ConnectionError:
            return


@dataclass
class Session:
    """What outlives a connection: event number n lies at `log[n - 1]`."""

    id: str
    shard: tuple[int, int]
    intents: int
    log: list[Payload] = field(default_factory=list)
    connection: Connection | None = None

    async def dispatch(self, name: str, data: Any) -> None:
        event = {"op": 0, "t": name, "s": len(self.log) + 1, "d": data}
        self.log.append(event)
        if self.connection:
            await self.connection.send(event)

    async def replay(self, connection: Connection, after: int) -> None:
        """Send every event after number `after`, those that happen meanwhile too, then take the connection over."""
        while after < len(self.log):
            await connection.send(self.log[after])
            after += 1
        self.connection = connection


class Gateway:
    """The websocket endpoint.

    `privileged` is whether the application may use privileged intents; `heartbeat_ms` is the interval asked for;
    `identify_seconds` is how long after an IDENTIFY another one is refused, which is five at Discord.
    """

    def __init__(
        self,
        state: State,
        *,
        accepts: str,
        privileged: bool = True,
        heartbeat_ms: int = 41_250,
        identify_seconds: float = 0.0,
    ) -> None:
        self.state, self.accepts, self.privileged, self.heartbeat_ms = state, accepts, privileged, heartbeat_ms
        self.identify_seconds, self._identified = identify_seconds, 0.0
        self.acknowledges_heartbeats = True
        self.down = False  # refuses every connection
        self.guilds = [GUILD]  # that the bot is in
        self.out_of_order: set[str] = set()  # of these
        self.denied: dict[str, int] = {}  # permissions that everyone lacks, by channel
        self.sessions: dict[str, Session] = {}
        self.identifies: list[Payload] = []
        self.resumes: list[Payload] = []
        self.heartbeats = 0
        self._handlers: dict[int, Callable[[Connection, Any], Awaitable[None]]] = {
            1: self._heartbeat,
            2: self._identify,
            6: self._resume,
            8: self._members,
        }

    async def endpoint(self, request: web.Request) -> web.WebSocketResponse:
        if self.down and request.transport:
            request.transport.abort()
            raise web.HTTPServiceUnavailable
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        connection = Connection(ws, request)
        await connection.send({"op": 10, "d": {"heartbeat_interval": self.heartbeat_ms}})
        async for received in ws:
            if received.type is not WSMsgType.TEXT:
                break
            payload = json.loads(received.data)
            if handler := self._handlers.get(payload["op"]):
                await handler(connection, payload["d"])
            self.state.changed.set()
        for session in self.sessions.values():
            if session.connection is connection:
                session.connection = None
        self.state.changed.set()
        return ws

    async def _heartbeat(self, connection: Connection, _: Any) -> None:
        self.heartbeats += 1
        if self.acknowledges_heartbeats:
            await connection.send({"op": 11, "d": None})

    async def _identify(self, connection: Connection, data: Payload) -> None:
        self.identifies.append(data)
        if data["token"] != self.accepts:
            await connection.ws.close(code=4004, message=b"Authentication failed.")
            return
        if data["intents"] & PRIVILEGED and not self.privileged:
            await connection.ws.close(code=4014, message=b"Disallowed intent(s).")
            return
        if self.state.now() - self._identified < self.identify_seconds:
            await connection.send({"op": 9, "d": False})
            return
        self._identified = self.state.now()
        shard, count = data.get("shard", (0, 1))
        session = Session(f"session-{len(self.identifies)}", (shard, count), data["intents"], connection=connection)
        guilds = [gid for gid in self.guilds if _shard_of(gid, count) == shard and session.intents & GUILDS]
        ready = {
            "v": 10,
            "user": user(APPLICATION),
            "guilds": [{"id": gid, "unavailable": True} for gid in guilds],
            "session_id": session.id,
            "resume_gateway_url": RESUME_URL,
            "shard": [shard, count],
            "application": {"id": APPLICATION, "flags": 1 << 19},
        }
        await session.dispatch("READY", ready)
        for gid in (each for each in guilds if each not in self.out_of_order):
            await session.dispatch("GUILD_CREATE", self.described(gid))
        self.sessions[session.id] = session

    async def _resume(self, connection: Connection, data: Payload) -> None:
        self.resumes.append(data)
        session = self.sessions.get(data["session_id"])
        if session is None:
            await connection.send({"op": 9, "d": False})
            return
        await session.replay(connection, data["seq"])
        await session.dispatch("RESUMED", {})

    async def _members(self, connection: Connection, data: Payload) -> None:
        chunk = {
            "guild_id": str(data["guild_id"]),
            "members": [member(APPLICATION), member()],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
            "nonce": data.get("nonce"),
        }
        for session in self.sessions.values():
            if session.connection is connection:
                await session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    def described(self, gid: str) -> Payload:
        """Return a guild in which everyone lacks what is `denied`, as permission overwrites of its channels.

        It has all active threads: https://docs.discord.com/developers/topics/threads#gateway-events.
        """
        described = guild(gid)
        described["channels"] += [dict(each) for each in self.state.channels_of(gid)]
        described["threads"] = self.state.threads_of(gid)
        for channel in described["channels"]:
            if denied := self.denied.get(channel["id"]):
                channel["permission_overwrites"] = [{"id": gid, "type": 0, "allow": "0", "deny": str(denied)}]
        return described

    def session(self, guild_id: str | None = GUILD) -> Session:
        """Return the newest session of the guild's shard; direct messages (None) go to shard 0."""
        mine = [s for s in self.sessions.values() if s.shard[0] == _shard_of(guild_id or "0", s.shard[1])]
        if not mine:
            raise LookupError("no bot is logged in to the gateway: wait until it is online")
        return mine[-1]

    @property
    def online(self) -> bool:
        """Whether a bot has been greeted and is connected, by each of its shards."""
        newest = {session.shard: session for session in self.sessions.values()}
        complete = bool(newest) and len(newest) == next(iter(newest))[1]
        return complete and all(session.connection for session in newest.values())

    async def publish(self, name: str, message: Payload, guild_id: str | None) -> None:
        """Dispatch a message event as the session's intents let it be seen."""
        if not self.sessions:
            return  # nobody is there to hear it
        session = self.session(guild_id)
        if not session.intents & (GUILD_MESSAGES if guild_id else DIRECT_MESSAGES):
            return
        event = dict(message)
        if guild_id:
            event |= {"guild_id": guild_id, "member": partial_member(message["author"]["id"])}
            if not session.intents & MESSAGE_CONTENT:
                event = _visible(event)
                if event.get("referenced_message"):
                    event["referenced_message"] = _visible(event["referenced_message"])
        await session.dispatch(name, event)

    async def close(self, code: int = 4000) -> None:
        """Close the connection with `code`; events from now on go to the log only, until a RESUME."""
        if connection := self._detach():
            await connection.ws.close(code=code)

    def abort(self) -> None:
        """Cut the TCP connection without a closing frame."""
        if (connection := self._detach()) and connection.request.transport:
            connection.request.transport.abort()

    async def garble(self) -> None:
        """Send what is no JSON."""
        if connection := self.session().connection:
            await connection.ws.send_str('{"op": 0, ')

    async def ask_reconnect(self) -> None:
        """Send op 7: the client is to close and RESUME."""
        if connection := self.session().connection:
            await connection.send({"op": 7, "d": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Send op 9; a session that is not resumable is forgotten."""
        session = self.session()
        if not resumable:
            del self.sessions[session.id]
        if session.connection:
            await session.connection.send({"op": 9, "d": resumable})

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Cut every connection and refuse new ones for as long as the block lasts."""
        self.down = True
        for session in self.sessions.values():
            connection, session.connection = session.connection, None
            if connection and connection.request.transport:
                connection.request.transport.abort()
        try:
            yield
        finally:
            self.down = False

    async def stop(self) -> None:
        for session in list(self.sessions.values()):
            if session.connection:
                await session.connection.ws.close(code=1001)

    def _detach(self) -> Connection | None:
        session = self.session()
        connection, session.connection = session.connection, None
        return connection


def _visible(message: Payload) -> Payload:
    """Return what a bot without the message content intent sees of a message in a guild.

    https://discord.com/developers/docs/events/gateway#message-content-intent; a ping of its role is no mention.
    """
    mentioned = any(mention["id"] == APPLICATION for mention in message["mentions"])
    if mentioned or message["author"]["id"] == APPLICATION:
        return message
    forwarded = {"message_snapshots": []} if "message_snapshots" in message else {}
    return {**message, "content": "", "embeds": [], "attachments": [], "components": [], **forwarded}


def _shard_of(guild_id: str, count: int) -> int:
    return (int(guild_id) >> 22) % count
