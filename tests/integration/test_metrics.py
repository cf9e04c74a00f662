"""What a running hall tells Prometheus: every figure that the dashboard and the alarms read, and nobody's name."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis

from ops.archive.archiver import Archiver
from ops.archive.database import Archive
from ops.archive.past import past_of
from ops.caretaker.election import Election
from queue_server.app import create_app
from queue_server.domain.diversion import ACTIONS, STATUSES
from queue_server.domain.outlook import Doubt, Outlook, QueueOutlook
from queue_server.settings import Settings
from queue_server.store.catalogue import Catalogue
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.outlooks import Outlooks
from queue_server.web.metrics.counted import FIGURES
from queue_server.web.metrics.look import Looking
from tests.conftest import SECRET, StartHall
from tests.support.client import ADMIN, HallClient
from tests.support.clocks import HandClock
from tests.support.halls import small_hall
from tests.support.promql import missing

Samples = dict[str, dict[tuple[tuple[str, str], ...], float]]
PHONE = "13812345678"
EXPECTED = (600, 900, 2000)


class Watched:
    """A hall with all that works behind it: an archive, a caretaker's office and its outlook."""

    def __init__(self, hall: HallClient, store: "Redis", archiver: Archiver, clock: HandClock) -> None:
        self.hall, self.store, self.clock = hall, store, clock
        self._archiver = archiver

    async def text(self) -> str:
        async with self.hall.http.get("/metrics") as answer:
            assert answer.status == 200
            return await answer.text()

    async def samples(self) -> Samples:
        found: Samples = {}
        for family in text_string_to_metric_families(await self.text()):
            for sample in family.samples:
                found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
        return found

    async def archives(self) -> None:
        while await self._archiver.step():
            pass

    async def expects(self, *doubts: Doubt) -> None:
        """An outlook is published, and the worker has read it."""
        queue = QueueOutlook(queue="A", waiting=0, wait_s=EXPECTED, pace_s=60)
        nobody = QueueOutlook(queue="C", waiting=0, wait_s=None, pace_s=60)
        outlook = Outlook(at=self.clock(), position=1, tickets={}, queues=(queue, nobody), doubts=doubts, cost_ms=120)
        await Outlooks(self.store).publish("small", outlook)
        async with asyncio.timeout(5):
            while "greenwave_outlook_age_seconds{" not in await self.text():  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture
async def watched(clean_store: EmbeddedStore, clock: HandClock, tmp_path: Path) -> AsyncIterator[Watched]:
    store, url = connect(clean_store.url), f"sqlite:///{tmp_path / 'archive.db'}"
    hall = small_hall()
    await Catalogue(store).keep(hall)
    settings = Settings(data=tmp_path, store=clean_store.url, open_now=True, admin_token=ADMIN)
    http = TestClient(TestServer(create_app(settings, SECRET, (), clock=clock, past=past_of(url))))
    await http.start_server()
    archiver = Archiver(store, Archive(url), clock)
    yield Watched(HallClient(http, hall.id), store, archiver, clock)
    archiver.close()
    await http.close()
    await store.aclose()


def one(samples: Samples, name: str, **labels: str) -> float:
    return samples[name][tuple(sorted({"hall": "small", **labels}.items()))]


async def a_visit(hall: HallClient, clock: HandClock) -> None:
    """Someone waits five minutes at queue A and is served."""
    await hall.ticket("A-1", visitor={"phone": PHONE})
    clock.forward(seconds=300)
    for act in ("call-next", "start", "finish"):
        assert (await hall.at(1, act)).status == 200


async def test_all_that_the_dashboard_and_the_alarms_read_is_told(watched: Watched) -> None:
    hall = watched.hall
    await watched.expects(Doubt(code="STUCK_TICKET", queue="A"))
    await hall.open(1)
    await a_visit(hall, watched.clock)
    assert (await hall.post("/diversions", {"action": "send_helpers", "queue": "A"})).status == 201
    await watched.archives()
    election = Election(watched.store, "first")
    assert await election.claim()
    await election.begin()
    found = await watched.samples()
    told = {name: {label for labels in rows for label, _ in labels} for name, rows in found.items()}
    seldom = {
        "greenwave_messages_total": {"channel", "result"},
        "greenwave_diversion_gain_seconds": {"hall", "action", "which"},
        "greenwave_lockers": {"hall", "state"},
    }  # there from the first message on, from the first measured diversion, and where a hall has lockers
    assert missing(seldom | told) == []
    ending = {"counter": "_total", "gauge": ""}
    declared = {figure.name + ending[figure.kind]: set(figure.labels) for figure in FIGURES}
    assert {name: told[name] for name in declared.keys() - seldom} == {
        name: labels for name, labels in declared.items() if name not in seldom
    }


async def test_the_figures_are_those_of_the_hall(watched: Watched) -> None:
    hall, clock = watched.hall, watched.clock
    await hall.open(1)
    await hall.open(3)
    await hall.at(3, "pause", {"reason": "lunch"})
    await a_visit(hall, clock)
    await hall.ticket("A-1")
    await hall.ticket("A-1")
    clock.forward(seconds=60)
    await watched.archives()
    found = await watched.samples()
    assert one(found, "greenwave_waiting", queue="A") == 2
    assert one(found, "greenwave_longest_wait_seconds", queue="A") == 60
    assert one(found, "greenwave_mean_wait_seconds", queue="A") == 300
    assert one(found, "greenwave_tickets_today", queue="A", became="done") == 1
    assert [one(found, "greenwave_windows", status=status) for status in ("open", "paused", "closed")] == [1, 1, 3]
    assert one(found, "greenwave_told_tickets", queue="A") == 1
    assert one(found, "greenwave_archive_up") == 1
    assert one(found, "greenwave_archive_behind_events") == 0
    assert one(found, "greenwave_archive_position") == one(found, "greenwave_stream_position")
    assert found["greenwave_caretakers"] == {(): 0}
    await watched.expects()
    found = await watched.samples()
    waits = [one(found, "greenwave_expected_wait_seconds", queue="A", quantile=part) for part in ("0.1", "0.5", "0.9")]
    assert waits == [seconds + 2 * 60 for seconds in EXPECTED]
    assert not [labels for labels in found["greenwave_expected_wait_seconds"] if ("queue", "C") in labels]


async def test_diversions_are_counted_by_action_and_status(watched: Watched) -> None:
    hall = watched.hall
    begun = await hall.post("/diversions", {"action": "send_helpers", "queue": "A"})
    await hall.post("/diversions", {"action": "open_window", "window": 1})
    await hall.post(f"/diversions/{begun['id']}/end", {})
    found = await watched.samples()
    counted = {
        (action, status): one(found, "greenwave_diversions_today", action=action, status=status)
        for action in ACTIONS for status in STATUSES
    }  # fmt: skip
    assert {key for key, count in counted.items() if count} == {("send_helpers", "ended"), ("open_window", "started")}
    assert one(found, "greenwave_diversion_offers_today", action="offer_later", answer="taken") == 0


async def test_an_archive_that_falls_silent_is_told_to_be_behind(watched: Watched) -> None:
    await watched.archives()
    watched.clock.forward(seconds=600)
    found = await watched.samples()
    assert one(found, "greenwave_archive_up") == 0
    assert one(found, "greenwave_archive_behind_seconds") == 600


async def test_nobody_is_named_and_no_series_grows_with_the_crowd(watched: Watched) -> None:
    hall = watched.hall
    await hall.open(1, staff="Wang Xiaoming")
    await a_visit(hall, watched.clock)
    before = await watched.text()
    for _ in range(3):
        await a_visit(hall, watched.clock)
    after = await watched.text()
    assert not re.search(r"Xiaoming|A00[1-4]|(?<![\d.])138\d{8}|window=|staff=|ticket=", after)
    series = [{line.rpartition(" ")[0] for line in text.splitlines() if line[0] != "#"} for text in (before, after)]
    assert {name for name in series[1] - series[0] if "greenwave_request" not in name} == set()


async def test_figures_are_told_though_the_store_is_away(tmp_path: Path) -> None:
    async def none(_: str) -> dict[str, object]:
        return {}

    store = connect(f"unix://{tmp_path / 'nobody.sock'}")
    seen = await Looking(store, {}, none, past_of("none:"), HandClock()).look()  # type: ignore[arg-type]
    assert (seen.store_up, seen.elected, dict(seen.archive)) == (False, 0, {})
    await store.aclose()


async def test_what_happens_at_windows_is_for_those_windows_and_managers(start_hall: StartHall) -> None:
    hall = await start_hall()
    tokens = {
        name: (await hall.post("/devices", {"name": name, **device}))["token"]
        for name, device in {
            "manager": {"role": "manager"}, "desk": {"role": "desk"}, "first": {"role": "window", "window": 1},
        }.items()
    }  # fmt: skip
    answers = {
        path: [(await hall.as_(token).get(path)).status for token in (*tokens.values(), "")]
        for path in ("/state", "/windows/1", "/windows/2", "/diversions")
    }
    assert answers == {
        "/state": [200, 403, 403, 401],
        "/windows/1": [200, 403, 200, 401],
        "/windows/2": [200, 403, 403, 401],
        "/diversions": [200, 200, 403, 401],
    }


async def test_there_are_no_league_tables(start_hall: StartHall) -> None:
    hall = await start_hall()
    async with hall.http.get("/api/openapi.json") as answer:
        text = await answer.text()
    assert not re.search(r"\bleague|leaderboard|rank(?:ed|ing|s)\b", text, re.IGNORECASE)
