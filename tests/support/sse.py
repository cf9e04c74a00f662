"""Reads server-sent events as a browser does."""

import asyncio
import json
from types import TracebackType
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientTimeout

from tests.support.client import HallClient


class Told:
    """One event as it came."""

    def __init__(self, name: str, event_id: str, data: Any) -> None:
        self.name = name
        self.id = event_id
        self.data = data

    def __repr__(self) -> str:
        return f"{self.id} {self.name} {self.data}"


class EventReader:
    """`async with EventReader(hall, "hall") as events: await events.next()`."""

    def __init__(self, hall: HallClient, topics: str, last_id: str | None = None) -> None:
        self.hall, self.topics, self.last_id = hall, topics, last_id
        self.comments = 0
        self._response: ClientResponse | None = None

    async def __aenter__(self) -> "EventReader":
        headers = {"Authorization": f"Bearer {self.hall.token}"} if self.hall.token else {}
        if self.last_id is not None:
            headers["Last-Event-ID"] = self.last_id
        url = f"{self.hall.base}/api/v1/halls/{self.hall.hall}/events"
        http: Any = self.hall.http
        self._response = await http.get(url, params={"topics": self.topics}, headers=headers, timeout=ClientTimeout())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.response.close()

    @property
    def response(self) -> ClientResponse:
        assert self._response is not None
        return self._response

    async def next(self, within_s: float = 3.0) -> Told | None:
        """The next event; None when the stream has ended. Raises TimeoutError when nothing comes."""
        async with asyncio.timeout(within_s):
            fields: dict[str, str] = {}
            while True:
                line = (await self.response.content.readline()).decode()
                if not line:
                    return None
                if line.startswith(":"):
                    self.comments += 1
                elif line == "\n" and "data" in fields:
                    self.last_id = fields.get("id", self.last_id)
                    return Told(fields.get("event", ""), fields.get("id", ""), json.loads(fields["data"]))
                elif line != "\n":
                    name, _, value = line.rstrip("\n").partition(": ")
                    fields[name] = value

    async def next_of(self, *names: str, within_s: float = 10.0) -> Told:
        """The next event of one of these names; others are passed over."""
        async with asyncio.timeout(within_s):
            while True:
                told = await self.next(within_s)
                assert told is not None, "the stream has ended"
                if told.name in names:
                    return told

    async def all_until(self, name: str, within_s: float = 5.0) -> list[Told]:
        """All events up to and with the first of this name."""
        found: list[Told] = []
        while not found or found[-1].name != name:
            told = await self.next(within_s)
            assert told is not None, f"the stream ended after {found}"
            found.append(told)
        return found

    async def ended(self, within_s: float) -> bool:
        """Whether the stream ends within so long."""
        try:
            async with asyncio.timeout(within_s):
                while await self.next(within_s) is not None:
                    pass
            return True
        except ClientError:
            return True
        except TimeoutError:
            return False
