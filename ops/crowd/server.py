"""The API as the crowd uses it: paced, patient with a server that is away, never asking for one act twice."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout

AWAY = frozenset({429, 502, 503, 504})
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0
SILENCE_S = 30.0
"""An event stream says something every ten seconds; a longer silence is a dead connection."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Status and JSON of one answer."""

    status: int
    body: dict[str, Any]

    @property
    def code(self) -> str:
        """The refusal's code, empty for none."""
        return str(self.body.get("code", "")) if self.status >= 400 else ""


class Pace:
    """Lets at most so many requests a second go."""

    def __init__(self, per_s: float) -> None:
        self._gap_s = 1 / per_s
        self._free_at = 0.0

    async def turn(self) -> None:
        now = asyncio.get_running_loop().time()
        self._free_at = max(self._free_at, now) + self._gap_s
        await asyncio.sleep(self._free_at - self._gap_s - now)


class Server:
    """One hall of one server, called as admin. A call returns once it is answered, however long the server is away."""

    def __init__(self, http: ClientSession, url: str, hall: str, token: str, requests_per_s: float) -> None:
        self._http = http
        self._base = f"{url.rstrip('/')}/api/v1/halls/{hall}"
        self._token = token
        self._pace = Pace(requests_per_s)
        self._run = secrets.token_hex(4)
        self._asked = 0

    async def get(self, path: str = "") -> Answer:
        return await self._call("GET", path, None, {})

    async def post(self, path: str, body: dict[str, Any] | None = None, token: str = "") -> Answer:
        """Asks for an act. Its key stays the same until there is an answer, so it has one effect."""
        self._asked += 1
        headers = {"Idempotency-Key": f"crowd-{self._run}-{self._asked}"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return await self._call("POST", path, body, headers)

    async def _call(self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]) -> Answer:
        pause_s = FIRST_PAUSE_S
        while True:
            await self._pace.turn()
            answer = await self._attempt(method, path, body, headers)
            if answer is not None:
                return answer
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _attempt(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer | None:
        """An answer, or None when the same should be asked again."""
        own = {"Authorization": f"Bearer {self._token}", "Accept-Language": "en", **headers}
        try:
            async with self._http.request(method, self._base + path, json=body, headers=own) as response:
                if response.status in AWAY:
                    return None
                raw = await response.read()
                return Answer(status=response.status, body=msgspec.json.decode(raw) if raw else {})
        except (ClientError, TimeoutError, OSError, msgspec.DecodeError):
            return None

    async def events(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """The hall's events, for ever; `reset` after whatever may have been missed."""
        last_id = ""
        while True:
            try:
                async for event_id, name, told in self._stream(last_id):
                    last_id = event_id or last_id
                    yield name, told
            except (ClientError, TimeoutError, OSError):
                pass
            yield "reset", {}
            await asyncio.sleep(LONGEST_PAUSE_S / 2)

    async def _stream(self, last_id: str) -> AsyncIterator[tuple[str, str, dict[str, Any]]]:
        headers = {"Authorization": f"Bearer {self._token}", **({"Last-Event-ID": last_id} if last_id else {})}
        timeout = ClientTimeout(total=None, sock_read=SILENCE_S)
        async with self._http.get(f"{self._base}/events?topics=hall", headers=headers, timeout=timeout) as response:
            fields: dict[str, str] = {}
            if response.status != 200:
                return
            async for raw in response.content:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name:
                    fields[name] = value
                elif "event" in fields:
                    yield fields.get("id", ""), fields["event"], msgspec.json.decode(fields.get("data", "{}"))
                    fields = {}
