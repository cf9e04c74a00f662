"""Skills and certificates take effect at an open window, without anybody opening it again."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.audits import AuditedHalls, audited_halls
from tests.support.client import Answer, HallClient
from tests.support.colleagues import colleague, welcomed
from tests.support.sse import EventReader

EVENING = [{"queue": "B", "handicap_min": 3}, {"queue": "A", "handicap_min": 1, "from_min": 13 * 60}]


async def shares(events: EventReader, window: int) -> list[tuple[str, int]]:
    """What a window serves from its next `WindowOpened` on."""
    while True:
        told = await events.next()
        assert told is not None
        if told.name == "WindowOpened" and told.data["window"] == window:
            return [(row["queue"], row["handicap_s"]) for row in told.data["queues"]]


async def duties(hall: HallClient, person: str, **more: Any) -> Answer:
    answer = await hall.post(f"/staff/{person}", {"role": "window", "windows": [4], **more})
    assert answer.status == 200, answer
    return answer


@pytest.fixture
async def halls(valkey: Any, tmp_path: Path) -> AsyncIterator[AuditedHalls]:
    async with audited_halls(valkey, tmp_path) as halls:
        yield halls


async def test_an_open_window_serves_what_its_clerk_can_as_the_hour_comes(halls: AuditedHalls) -> None:
    hall, clock = halls.hall, halls.clock
    made = await colleague(hall, windows=[4], skills=EVENING)
    clerk = hall.as_(await welcomed(hall, made))
    async with EventReader(hall, "hall") as events:
        await clerk.post("/windows/4/open", {"staff": "x"})
        assert await shares(events, 4) == [("B", 180)]
        clock.forward(hours=1)
        assert await shares(events, 4) == [("A", 60), ("B", 180)]
        await clerk.post("/windows/4/pause", {"reason": "lunch"})
        await duties(hall, made["id"], skills=EVENING[:1])
        assert await shares(events, 4) == [("B", 180)]
        told = await events.next()
        assert told is not None and told.name == "WindowPaused", "a pause goes on"
        await duties(hall, made["id"])
        assert await shares(events, 4) == [("A", 0), ("B", 600)], "without skills it is what it was opened with"


async def test_a_certificate_that_has_run_out_takes_its_queue_away(hall: HallClient) -> None:
    made = await colleague(hall, windows=[4])
    clerk = hall.as_(await welcomed(hall, made))
    over = {"name": "Notary", "until": "2026-11-21"}
    async with EventReader(hall, "hall") as events:
        await clerk.post("/windows/4/open", {"staff": "x"})
        assert await shares(events, 4) == [("A", 0), ("B", 600)]
        await duties(hall, made["id"], certificates=[{**over, "queue": "A"}])
        assert await shares(events, 4) == [("B", 600)]
        alarms = {row["code"]: row for row in (await hall.get("/state"))["alarms"]}
        assert (alarms["CERTIFICATE_ENDING"]["n"], alarms["CERTIFICATE_ENDING"]["most"]) == (1, 1)
        await duties(hall, made["id"], certificates=[{**over, "queue": "A"}, {**over, "queue": "B"}])
        while (told := await events.next()) is not None and told.name != "WindowPaused":
            pass
        assert (await hall.get("/windows/4"))["reason"] == "certificate"
        refused = await clerk.post("/windows/4/resume")
        assert (refused.status, refused["code"]) == (403, "NOT_CERTIFIED"), "not for one call either"
    refused = await clerk.post("/windows/4/open", {"staff": "x"})
    assert (refused.status, refused["code"]) == (403, "NOT_CERTIFIED")
    shared = hall.as_((await hall.post("/devices", {"role": "window", "name": "W", "window": 4}))["token"])
    assert (await shared.post("/windows/4/open", {"staff": "1024"})).status == 200, "a device has no certificates"
