"""The ledger as a running hall writes it: a worker and an archiver on one store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from ops.archive.archiver import Archiver
from ops.archive.database import Archive
from ops.audit.ledger import ledger_of
from ops.pages import PAGES
from queue_server.app import create_app
from queue_server.domain.callers import Caller
from queue_server.flows.acting import Ask
from queue_server.settings import Settings
from queue_server.store.catalogue import Catalogue
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.web.context import SERVICES
from tests.support.client import ADMIN, HallClient
from tests.support.clocks import HandClock
from tests.support.halls import small_hall

SECRET = bytes(range(32))


class AuditedHalls:
    """Two halls, `small` and `other`, with one ledger each."""

    def __init__(self, http: "TestClient[Any, Any]", archiver: Archiver, clock: HandClock, url: str) -> None:
        self.http, self.archiver, self.clock, self.url = http, archiver, clock, url
        self.hall, self.other = HallClient(http, "small"), HallClient(http, "other")

    async def settle(self) -> None:
        """Until all that waits to be noted is archived."""
        services = self.http.server.app[SERVICES]  # type: ignore[union-attr]
        for running in services.halls.values():
            while services.noting.waiting(running.hall.id):
                await services.noting.write(Ask(running=running, caller=Caller(role="system")))
        while await self.archiver.step():
            pass

    async def entries(self, query: str = "", hall: str = "small") -> list[dict[str, Any]]:
        """What the ledger says, oldest first, but for what this reading adds."""
        await self.settle()
        answer = await HallClient(self.http, hall).get(f"/audit?order=oldest&limit=500{query}")
        assert answer.status == 200, answer
        return list(answer["entries"])


@asynccontextmanager
async def audited_halls(store: EmbeddedStore, folder: Path) -> AsyncIterator[AuditedHalls]:
    """On a store that has nothing else."""
    client, clock, url = connect(store.url), HandClock(), f"sqlite:///{folder}/archive.db"
    await client.flushall()
    for hall in (small_hall(), small_hall("other")):
        await Catalogue(client).keep(hall)
    settings = Settings(data=folder, store=store.url, open_now=True, admin_token=ADMIN)
    http: TestClient[Any, Any] = TestClient(
        TestServer(create_app(settings, SECRET, PAGES, clock=clock, ledger=ledger_of(url)))
    )
    archiver = Archiver(client, Archive(url), clock)
    await http.start_server()
    try:
        yield AuditedHalls(http, archiver, clock, url)
    finally:
        await http.close()
        archiver.close()
        await client.aclose()
