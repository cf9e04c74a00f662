"""A crowd fills a hall: visitors take tickets, clerks call and serve them, and the hall stays sound."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from tests.support.client import ADMIN
from tests.support.servers import HallServer

ENOUGH = {"TicketIssued": 50, "TicketCalled": 20, "ServiceFinished": 5}
WITHIN_S = 30


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[HallServer]:
    server = HallServer(tmp_path / "data", "--crowd", "60")
    yield server
    server.stop()


async def events(http: aiohttp.ClientSession, server: HallServer) -> AsyncIterator[dict[str, Any]]:
    """All events from the first on."""
    url = f"{server.url}/api/v1/halls/{server.hall}/events?topics=hall&last_event_id=0"
    async with http.get(url, headers={"Authorization": f"Bearer {ADMIN}"}) as stream:
        async for line in stream.content:
            if line.startswith(b"data: {") and len(line) > 10:
                yield msgspec.json.decode(line[6:])


async def test_a_crowd_brings_a_hall_to_life_within_seconds(crowded: HallServer) -> None:
    seen: Counter[str] = Counter()
    at_window: dict[int, str] = {}
    windows = set()
    async with aiohttp.ClientSession() as http:
        async with asyncio.timeout(WITHIN_S):
            async for event in events(http, crowded):
                seen[event["event"]] += 1
                window = event.get("window", 0)
                windows.add(window)
                if event["event"] == "TicketCalled":
                    assert event["was"] == "waiting", "someone was called twice"
                    assert not at_window.get(window), "a window called while it was busy"
                    at_window[window] = event["ticket"]
                elif window and event.get("status") not in ("called", "serving"):
                    at_window.pop(window, None)
                if all(seen[name] > least for name, least in ENOUGH.items()):
                    break
        async with http.get(f"{crowded.url}/metrics") as response:
            failed = re.findall(r'greenwave_requests_total\{.*status="5\d\d".*\} [1-9].*', await response.text())
    assert failed == []
    assert not windows & {1, 236}, "the first and the last window are left to people"
