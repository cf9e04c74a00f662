"""Cuts while visitors keep coming: printed = in the queue = unique. 8 cuts; GREENWAVE_CUTS=20 for all of them."""

import asyncio
import os
import statistics
import threading
import time
import urllib.error
from collections import Counter
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import pytest

from tests.support.kiosks import KioskProcess, PrinterProcess, add_device
from tests.support.processes import children, kill
from tests.support.servers import HallServer
from tests.support.sse import EventReader

CUTS = int(os.environ.get("GREENWAVE_CUTS", "8"))
TICKETS = 25 * CUTS
VISITORS = 4
SERVICES = ("GSO-01", "PSB-01", "GSO-02", "HRS-07")
BACK_S = 10.0
"""What was promised: all tickets are handed in so soon after the server is back."""
LATEST_S = 4.0
"""Promised is one second; this machine starts servers beside it."""


class Crowd:
    """Visitors who touch the kiosk again and again until it gives them a ticket."""

    def __init__(self, url: str, seed: int) -> None:
        self._url, self._seed = url, seed
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.given: list[dict[str, Any]] = []
        self.took: list[tuple[float, float, bool]] = []
        """When each was asked for, how long it took, and whether the server was away."""
        self.refused: Counter[str] = Counter()
        self._threads = [threading.Thread(target=self._come, args=(Random(seed + at),)) for at in range(VISITORS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def _come(self, rng: Random) -> None:
        from tests.support.kiosks import call

        while not self._over.is_set():
            asked_at = time.monotonic()
            try:
                said = call("POST", f"{self._url}/api/tickets", {"service": rng.choice(SERVICES)}, within_s=40)
            except (OSError, urllib.error.URLError, HTTPException):
                said = None  # the kiosk died: its next visitor finds it again
            with self._lock:
                if said is not None and said.status == 201:
                    self.given.append(said.body)
                    self.took.append((asked_at, said.took_s, said["offline"]))
                elif said is not None:
                    self.refused[said["code"]] += 1
            self._over.wait(rng.random() * 0.5)


class Cuts:
    """Kills one side or the other, and starts it again a little later."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._rng = Random(seed)
        self._folder = folder
        self.server = HallServer(folder / "up")
        self._port = self.server.url.rpartition(":")[2]
        self.printer = PrinterProcess(folder / "paper")
        token = add_device(self.server.url)["token"]
        self.kiosk = KioskProcess(
            folder / "kiosk", "--server", self.server.url, "--token", token, "--hall", "demo-hall",
            "--printer", f"{self.printer.address}?mode=text",
        )  # fmt: skip
        self.kiosk.until(lambda status: status["left"] >= 20)
        self.kiosk.port = int(self.kiosk.url.rpartition(":")[2])
        self.server_cuts: list[float] = []
        self.back_s: list[float] = []

    def cut(self) -> None:
        time.sleep(self._rng.random() * 1.2)
        if self._rng.random() < 0.5:
            self._cut_server()
        else:
            self._cut_kiosk()

    def _cut_server(self) -> None:
        self.server_cuts.append(time.monotonic())
        kill(self.server.process.pid, *children(self.server.process.pid))
        self.server.kill()
        time.sleep(self._rng.random() * 1.5)
        if self._rng.random() < 0.3:
            self._cut_kiosk()
        self.server = HallServer(self._folder / "up", "--port", self._port)
        self.back_s.append(self.kiosk.settled(30))

    def _cut_kiosk(self) -> None:
        self.kiosk.kill()
        self.kiosk.start()

    def stop(self) -> None:
        self.kiosk.stop()
        self.printer.stop()
        self.server.stop()


async def in_the_queue(server: HallServer) -> tuple[set[str], set[str], list[str]]:
    """Numbers that wait, numbers that were cancelled, and all that were issued, by the server's own events."""
    async with aiohttp.ClientSession() as http:
        hall = server.client(http)
        last = int((await hall.get("/state"))["last_event_id"])
        issued, cancelled = [], set()
        async with EventReader(hall, "hall", "0") as events:
            position = 0
            while position < last:
                told = await events.next(10)
                assert told is not None
                position = int(told.id)
                if told.name == "TicketIssued":
                    issued.append(told.data["number"])
                elif told.name == "TicketCancelled":
                    cancelled.add(told.data["number"])
    return set(issued) - cancelled, cancelled, issued


def first_after(cuts: list[float], took: list[tuple[float, float, bool]]) -> list[float]:
    """How long the first ticket took that was given without the server, after each of its cuts."""
    found = []
    for cut in cuts:
        after = [row for row in sorted(took) if row[0] >= cut and row[2]]
        if after:
            found.append(after[0][1])
    return found


@pytest.mark.timeout(900)
def test_what_is_printed_is_in_the_queue_once_whatever_dies(
    tmp_path_factory: pytest.TempPathFactory, record_property: Any
) -> None:
    cuts = Cuts(tmp_path_factory.mktemp("cuts"), seed=3)
    crowd = Crowd(cuts.kiosk.url, seed=4)
    try:
        for _ in range(CUTS):
            cuts.cut()
        end = time.monotonic() + 300
        while len(crowd.given) < TICKETS:
            assert time.monotonic() < end, crowd.refused
            time.sleep(0.1)
        crowd.stop()
        settled_s = cuts.kiosk.settled(30)
        waiting, cancelled, issued = asyncio.run(in_the_queue(cuts.server))
        slips = cuts.printer.slips
    finally:
        crowd.stop()
        cuts.stop()
    originals = [slip["numbers"][0] for slip in slips if not any("copy" in text for text in slip["texts"])]
    printed = {slip["numbers"][0] for slip in slips}
    first = first_after(cuts.server_cuts, crowd.took)
    took = [row[1] for row in crowd.took]
    figures = {
        "tickets": len(printed), "given": len(crowd.given), "copies": len(slips) - len(originals),
        "cancelled": len(cancelled), "refused": dict(crowd.refused), "server_cuts": len(cuts.server_cuts),
        "first_offline_s": [round(each, 3) for each in first], "reconciled_s": [round(each, 2) for each in cuts.back_s],
        "median_s": round(statistics.median(took), 3), "slowest_s": round(max(took), 2), "last_s": round(settled_s, 2),
    }  # fmt: skip
    print(figures)
    record_property("figures", figures)
    assert len(issued) == len(set(issued)), "a number was issued twice"
    assert len(originals) == len(set(originals)), "a number was printed twice without a mark"
    assert printed == waiting
    assert not printed & cancelled
    assert {row["number"] for row in crowd.given} <= printed
    assert len(printed) >= TICKETS
    assert max(first, default=0) < LATEST_S
    assert max(cuts.back_s, default=0) < BACK_S
