"""Follows a hall's events over any number of lost lines."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing

from aiohttp import ClientError, ClientSession, ClientTimeout

from queue_server.link.answers import read_refusal
from queue_server.link.asking import CONNECT_S, reason
from queue_server.link.errors import Away, Refused
from queue_server.link.stream import Parser, Told

GREETING_S = 10.0
"""A stream that was asked for begins within this, or counts as lost."""
SILENCE_S = 40.0
"""The server says something every 15 s; two of them missed, and some more, is a dead line."""
SHORTEST_S, LONGEST_S = 0.2, 5.0
STEADY_S = 5.0
"""A stream that lived this long was a good one: after it the next try comes soon."""


class Follower:
    """One subscription. `events` is its one use."""

    def __init__(
        self, http: ClientSession, url: str, headers: dict[str, str], topics: str, last_id: str, silence_s: float
    ) -> None:
        self._http = http
        self._url = url
        self._headers = headers
        self._topics = topics
        self._last_id = last_id
        self._silence_s = silence_s
        self._was_online = False

    async def events(self) -> AsyncGenerator[Told, None]:
        """For ever, each event once and in order. Raises `Refused` when the token is refused."""
        offline_told = False
        tries = 0
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            try:
                async with aclosing(self._connection()) as told_now:
                    async for told in told_now:
                        offline_told = False
                        yield told
                lost = Away("the server ended the stream")
            except Away as error:
                lost = error
            if not offline_told:
                offline_told = True
                yield Told("offline", self._last_id, {"why": lost.why})
            tries = 0 if clock() - began > STEADY_S else tries + 1
            await asyncio.sleep(pause_s(tries, lost.retry_after_s, random.random()))

    async def _connection(self) -> AsyncGenerator[Told, None]:
        """What one connection tells, `online` first. Raises `Away` when it is lost, `Refused` for a refused token."""
        limits = ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=self._silence_s)
        headers = {**self._headers, "Accept": "text/event-stream"}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        try:
            async with asyncio.timeout(GREETING_S):
                response = await self._http.get(
                    self._url,
                    params={"topics": self._topics},
                    headers=headers,
                    timeout=limits,
                    allow_redirects=False,
                )
            async with response:
                if response.status != 200 or response.content_type != "text/event-stream":
                    raise _unless_refused(await read_refusal(response))
                for told in self._greeting():
                    yield told
                parser = Parser(self._last_id)
                async for piece in response.content.iter_any():
                    for told in parser.feed(piece):
                        self._last_id = told.id
                        yield told
        except (ClientError, OSError) as error:
            raise Away(reason(error)) from error

    def _greeting(self) -> list[Told]:
        """`online`; and `reset` where events may have been missed before any was heard to go on from."""
        missed = self._was_online and not self._last_id
        self._was_online = True
        return [Told("online", self._last_id), *([Told("reset", "")] if missed else [])]


def pause_s(tries: int, wanted_s: float, chance: float) -> float:
    """How long to wait before the next try: longer each time, never the same for all devices of a hall."""
    most = min(LONGEST_S, SHORTEST_S * 2.0 ** min(tries, 10))
    longest = max(most, min(wanted_s, LONGEST_S))
    least = max(SHORTEST_S, longest / 2)
    return least + (longest - least) * chance


def _unless_refused(error: Exception) -> Exception:
    """A refused token ends it all; any other refusal may be over once the server has all its halls again."""
    if isinstance(error, Refused) and not error.token_refused:
        return Away(str(error), error.retry_after_s)
    return error
