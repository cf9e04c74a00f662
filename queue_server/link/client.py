"""`Link`: one device's way to its hall."""

import secrets
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from aiohttp import ClientSession

from queue_server.link.asking import ask, headers_for, open_session, server_url
from queue_server.link.errors import Away
from queue_server.link.follow import SILENCE_S, Follower
from queue_server.link.stream import Told

ENROL_S = 10.0


class Link:
    """Asks and follows one hall as one device: `async with Link(server, hall, token) as link: ...`

    Raises ValueError at once for a server's address or a token that cannot be one.
    """

    def __init__(self, server: str, hall: str, token: str, *, silence_s: float = SILENCE_S) -> None:
        self._base = f"{server_url(server)}/api/v1/halls/{quote(hall, safe='')}"
        self._headers = headers_for(token)
        self._silence_s = silence_s
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = open_session()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def _http(self) -> ClientSession:
        if self._session is None:
            raise RuntimeError("a Link is used within `async with`")
        return self._session

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str = "",
        language: str = "",
        timeout_s: float = 5.0,
    ) -> Any:
        """The JSON of a good answer, None for an empty one. Raises `Refused` or `Away` within `timeout_s`.

        `path` is below the hall, as in `/tickets`. The same `key` makes a repeated POST the same act.
        """
        headers = dict(self._headers)
        if key:
            headers["Idempotency-Key"] = key
        if language:
            headers["Accept-Language"] = language
        return await ask(self._http, method, self._base + path, body, headers, timeout_s)

    def follow(self, topics: str, last_event_id: str = "") -> AsyncGenerator[Told, None]:
        """Events for ever, each once and in order, over any number of lost lines; `told.id` is where to go on from.

        `Told("online")` and `Told("offline", data={"why": ...})` come on changes; `Told("reset")` when what was missed
        is not to be had any more: read afresh. Raises `Refused` once the token is refused, as a revoked one is.
        Who stops early closes it: `async with aclosing(link.follow("hall")) as events`.
        """
        follower = Follower(self._http, f"{self._base}/events", self._headers, topics, last_event_id, self._silence_s)
        return follower.events()


async def enrol(server: str, code: str) -> Any:
    """Trades a one-time code for this device's token: `{hall, id, role, name, token, window?, zone?}`.

    Raises `Refused` (CODE_UNKNOWN: wrong, used or too old), `Away`, and ValueError for a server that cannot be one.
    """
    url = f"{server_url(server)}/api/v1/enrol"
    key = {"Idempotency-Key": secrets.token_hex(16)}
    async with open_session() as http:
        try:
            return await ask(http, "POST", url, {"code": code}, key, ENROL_S)
        except Away as away:
            if not away.sent:
                raise
            return await ask(http, "POST", url, {"code": code}, key, ENROL_S)  # the code may be used up by us
