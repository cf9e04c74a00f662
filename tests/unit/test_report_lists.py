"""The tickets behind a figure as a file: part by part, and never half of it for the whole."""

import csv
import io
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientPayloadError, web
from aiohttp.test_utils import TestClient, TestServer

from queue_server.domain.hall import Hall
from queue_server.domain.refusals import Refusal
from queue_server.domain.report import Asked
from queue_server.flows.past import NoPast, PastTicket, PastTickets
from queue_server.flows.reports import ReportFlows
from queue_server.languages import Words
from queue_server.store.asking import StoreDown
from queue_server.web.route import Lines
from queue_server.web.sending import send
from tests.support.clocks import NOON
from tests.support.halls import small_hall

ALL = Asked(first="261101", last="261130", by="queue", key=None, figure="visits", limit=5)
PARTS = 3


def ticket(visit: int, number: str = "A001", status: str = "done") -> PastTicket:
    return PastTicket(
        day="261122", visit=visit, leg=1, ticket=f"t{visit}", number=number, queue="A", service="A-1", window=2,
        channel="kiosk", stop=1, stops=1, waits_since=NOON, called_at=NOON + 90_000, started_at=0, finished_at=0,
        status=status, outcome="", score=0,
    )  # fmt: skip


class Pages(NoPast):
    """Two tickets a page; a page without any lies between them, as where days had none."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    async def tickets(self, hall: Hall, asked: Asked) -> PastTickets:
        assert hall.id == "small"
        self.asked.append(asked)
        page = asked.after[1] if asked.after else 0
        after = ("261122", page + 1, 1) if page + 1 < PARTS else None
        rows = () if page == 1 else (ticket(2 * page), ticket(2 * page + 1, "=1+1", "transferred"))
        return PastTickets(rows=rows, after=after)


async def test_a_list_is_read_and_written_part_by_part() -> None:
    past = Pages()
    parts = ReportFlows(past).listed(small_hall(), ALL, Words("en"))
    first = await anext(parts)
    assert len(past.asked) == 1, "nobody reads ahead of who takes the file"
    body = first + b"".join([part async for part in parts])
    assert [asked.after for asked in past.asked] == [None, ("261122", 1, 1), ("261122", 2, 1)]
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(rows) == 4
    assert rows[0] == {
        "Number": "A001", "Day": "2026-11-22", "Queue": "A", "Service": "A-1", "Window": "2",
        "Waits since": "2026-11-22 12:00:00", "Wait (min)": "1.5", "Handling (min)": "", "Status": "done",
        "Rating": "", "Channel": "kiosk",
    }  # fmt: skip
    assert (rows[1]["Number"], rows[1]["Status"]) == ("'=1+1", "moved on")


async def test_what_is_refused_is_refused_before_the_file_begins() -> None:
    with pytest.raises(Refusal, match="ARCHIVE_AWAY"):
        await anext(ReportFlows(NoPast()).listed(small_hall(), ALL, Words("en")))


@pytest.mark.parametrize("error", [Refusal("ARCHIVE_AWAY"), StoreDown("away")])
async def test_a_file_that_breaks_off_is_not_taken_for_a_whole_one(error: Exception) -> None:
    async def rest(is_whole: bool) -> AsyncIterator[bytes]:
        yield b"two,"
        yield b""  # days without any
        if not is_whole:
            raise error
        yield b"three"

    async def handle(request: web.Request) -> web.StreamResponse:
        file = Lines(body=b"one,", rest=rest("whole" in request.query), type="text/csv", name="all.csv")
        return await send(request, 200, file, {"X-Content-Type-Options": "nosniff"})

    app = web.Application()
    app.router.add_get("/", handle)
    async with TestClient(TestServer(app)) as client:
        async with client.get("/?whole") as answer:
            assert await answer.text() == "one,two,three"
            assert answer.headers["Content-Disposition"] == 'attachment; filename="all.csv"'
        with pytest.raises(ClientPayloadError):
            async with client.get("/") as answer:
                await answer.read()
