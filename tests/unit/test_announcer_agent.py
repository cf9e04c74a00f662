"""What the display agent follows and how it says how it is."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from display.agent.following import Following
from display.agent.reports import part
from hardware.health import Health
from queue_server.contract.devices import Part
from queue_server.link import Link, Told

BOARD = {"calls": [], "windows": [], "waiting": [], "last_event_id": "7"}


class NotedLink(Link):
    """A link that says nothing and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.followed: asyncio.Future[str] = asyncio.Future()

    async def ask(self, method: str, path: str, *_: Any, **__: Any) -> Any:
        self.asked.append(f"{method} {path}")
        return BOARD

    async def follow(self, topics: str, last_event_id: str = "") -> AsyncIterator[Told]:
        assert last_event_id == BOARD["last_event_id"]
        self.followed.set_result(topics)
        await asyncio.Event().wait()
        yield Told("reset", "", {})


@pytest.mark.parametrize(
    ("zone", "topics", "asked"),
    [("", "board:*", ""), ("A", "board:A", "A"), ("A,B", "board:A,board:B", "A%2CB"), ("A, B,", "board:A,board:B", "")],
)
async def test_an_agent_of_several_zones_follows_the_board_of_each(zone: str, topics: str, asked: str) -> None:
    link = NotedLink()
    following = Following(link, zone, lambda _: None, lambda *_: None, lambda _: None)
    running = asyncio.create_task(following.run())
    assert await asyncio.wait_for(link.followed, 10) == topics
    assert link.asked[-1].startswith(f"GET /board?zone={asked}")
    running.cancel()


def test_a_loudspeaker_that_says_two_lines_is_still_reported() -> None:
    said = "ALSA lib confmisc.c:855:(parse_card) cannot find card '0'\naplay: main:831: audio open error: No such file"
    health = Health(ok=False, code="NOT_FOUND", facts={"device": "default", "said": said})
    taken = msgspec.convert(part("speaker", "alsa:", health, waiting=2, backlog_s=1.5), Part)
    assert taken.facts["said"] == said.replace("\n", " ")[:80]
    assert (taken.code, taken.facts["waiting"]) == ("NOT_FOUND", 2)
