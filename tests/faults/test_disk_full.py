"""A full disk: nobody is promised what is not saved, everyone is told, and room is all it takes to go on."""

import asyncio
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp
import pytest

from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from tests.support.audit import audit
from tests.support.client import HallClient
from tests.support.ledger import Ledger
from tests.support.processes import store_of
from tests.support.servers import HallServer

DISK = "24m"
ROOM = 256 * 1024
TICKET = {"service": "GSO-01", "channel": "kiosk"}
NO_LIMIT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


class SmallDisk:
    """A tiny file system of its own under the data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._ballast = data / "ballast"

    def fill(self, _server: HallServer) -> None:
        """Leaves a little room, so that it runs out in the midst of acts."""
        free = os.statvfs(self.data).f_bavail * os.statvfs(self.data).f_frsize
        self._ballast.write_bytes(bytes(free - ROOM))

    def make_room(self, _server: HallServer) -> None:
        self._ballast.unlink()


class ShortFiles:
    """Where nothing may be mounted: the store's files may not grow beyond a limit."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def fill(self, server: HallServer) -> None:
        log = max((self.data / "store").rglob("*.aof"), key=lambda file: file.stat().st_size)
        self._limit(server, (log.stat().st_size + ROOM, resource.RLIM_INFINITY))

    def make_room(self, server: HallServer) -> None:
        self._limit(server, NO_LIMIT)

    def _limit(self, server: HallServer, limit: tuple[int, int]) -> None:
        """For the store that runs, and for those that its parent starts."""
        for pid in (server.process.pid, store_of(server.process.pid)):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)


@pytest.fixture
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk | ShortFiles]:
    """A disk that can be filled."""
    data = tmp_path_factory.mktemp("full") / "data"
    data.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(data)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        yield ShortFiles(data)
        return
    yield SmallDisk(data)
    subprocess.run(["umount", "-l", str(data)], check=True)


async def issue_until(hall: HallClient, enough: Callable[[int], bool], saved: dict[str, str]) -> None:
    """Takes tickets, eight at once, until one is answered with a status that is enough."""
    async with asyncio.timeout(30):
        while True:
            answers = await asyncio.gather(*(hall.post("/tickets", TICKET) for _ in range(8)))
            saved.update({answer["id"]: answer["number"] for answer in answers if answer.status == 201})
            for answer in answers:
                assert answer.status in (201, 503), answer
                if answer.status == 503:
                    assert answer["code"] in ("STORE_FULL", "STORE_DOWN")
                    assert int(answer.headers["Retry-After"]) >= 1
            if any(enough(answer.status) for answer in answers):
                return
            if answers[0].status == 503:
                await asyncio.sleep(0.1)


async def test_a_full_disk_loses_nothing_and_room_is_enough_to_go_on(disk: SmallDisk | ShortFiles) -> None:
    server = HallServer(disk.data)
    saved: dict[str, str] = {}
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            hall = server.client(http)
            await issue_until(hall, lambda status: status == 201, saved)
            disk.fill(server)
            await issue_until(hall, lambda status: status == 503, saved)
            await asyncio.sleep(1.5)  # the store is tried again meanwhile, in vain
            disk.make_room(server)
            async with asyncio.timeout(10):
                await issue_until(hall, lambda status: status == 201, saved)
        assert saved.items() <= (await audited(disk.data)).number.items(), "an acknowledged ticket is lost"
        assert "STORE DOWN" in alarms(server), "nobody was alarmed"
    finally:
        assert server.stop() == 0


def alarms(server: HallServer) -> str:
    """What the server said on stderr."""
    return Path(server.errors.name).read_text(encoding="utf-8")


async def audited(data: Path) -> Ledger:
    """The hall's events, all invariants checked."""
    client, ledger = connect(EmbeddedStore(data).url), Ledger()
    try:
        await audit(client, HallStore(client, lambda: load_library(client)), "demo-hall", ledger)
    finally:
        await client.aclose()
    return ledger
