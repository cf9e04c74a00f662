"""Fixtures: a real store, a worker in this process, a whole server in others."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import redis
from aiohttp.test_utils import TestClient, TestServer

from ops.pages import PAGES
from queue_server.app import create_app
from queue_server.domain.hall import Hall
from queue_server.flows.past import Past
from queue_server.settings import Settings
from queue_server.store.catalogue import Catalogue
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore, store_binary
from tests.support.client import ADMIN, HallClient
from tests.support.clocks import HandClock
from tests.support.halls import small_hall
from tests.support.postgres import Cluster
from tests.support.servers import HallServer

SECRET = bytes(range(32))
LONGEST = (
    "faults/test_crash.py", "integration/test_openapi.py", "pages/test_kiosk_agent_page.py",
    "races/test_random_driver.py", "integration/test_commands.py", "offline/test_simulation.py",
    "unit/test_paper_proof.py", "integration/display_agent/test_speaking.py",
    "integration/display_agent/test_trouble.py", "pages/test_kiosk_modes.py", "pages/test_kiosk_page.py",
    "pages/test_console_page.py", "pages/test_cockpit_alarms.py", "faults/test_kiosk_cuts.py",
    "integration/test_kiosk_offline.py", "pages/test_phone_page.py", "races/test_bookings_driver.py",
    "races/test_races.py", "integration/test_kiosk_paper.py", "integration/test_kiosk_command.py",
    "contract/test_idcard.py", "integration/test_bench.py", "integration/test_kiosk_agent.py",
    "pages/test_cockpit_outlook.py", "integration/test_window_command.py", "integration/test_kiosk_restore.py",
    "integration/test_enrolment.py", "pages/test_screens.py", "unit/test_paper_slips.py",
    "pages/test_window_screens.py", "integration/test_doctor.py", "pages/test_desk_tasks.py",
    "pages/test_phone_home.py", "pages/test_cockpit_page.py", "pages/test_cockpit_devices.py",
    "pages/test_desk_page.py", "pages/test_waits_pages.py", "contract/test_voices.py", "unit/test_forecast_odd.py",
)  # fmt: skip
"""Files that take a quarter of a minute and more, the longest first."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files go to processes in this order: what is long begins first, so that no process is left alone with it."""
    places = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(LONGEST)))


@pytest.fixture(scope="session", params=["valkey", "redis"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    """A real store under our own supervisor; every test that uses it runs on Valkey and on Redis."""
    found = shutil.which("redis-server")
    assert found, "redis-server is not installed: make setup installs it"
    binary = store_binary() if request.param == "valkey" else Path(found)
    running = EmbeddedStore(tmp_path_factory.mktemp(request.param), binary)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    """A real store for those who do the same with any kind. Who takes it begins with emptying it."""
    running = EmbeddedStore(tmp_path_factory.mktemp("one"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL for whoever archives in one."""
    cluster = Cluster()
    yield cluster
    cluster.remove()


@pytest.fixture
def clean_store(store: EmbeddedStore) -> EmbeddedStore:
    """The store, with nothing in it."""
    with redis.Redis(unix_socket_path=str(store.socket)) as client:
        client.flushall()
    return store


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


StartHall = Callable[..., Awaitable[HallClient]]


@pytest.fixture
async def start_hall(clean_store: EmbeddedStore, clock: HandClock, tmp_path: Path) -> AsyncIterator[StartHall]:
    """Starts a worker for a hall in this process: `hall = await start_hall()`."""
    clients: list[TestClient] = []

    async def start(
        hall: Hall | None = None, open_now: bool = True, hand_clock: bool = True, past: Past | None = None
    ) -> HallClient:
        running = hall or small_hall()
        client = connect(clean_store.url)
        await Catalogue(client).keep(running)
        await client.aclose()
        channels = tmp_path / "channels.toml"
        settings = Settings(
            data=tmp_path, store=clean_store.url, open_now=open_now, admin_token=ADMIN,
            channels=channels if channels.is_file() else None,
        )  # fmt: skip
        more = {"clock": clock} if hand_clock else {}
        app = create_app(settings, SECRET, PAGES, past=past, **more)
        http = TestClient(TestServer(app))
        await http.start_server()
        clients.append(http)
        return HallClient(http, running.id)

    yield start
    for http in clients:
        await http.close()


@pytest.fixture
async def hall(start_hall: StartHall) -> HallClient:
    """The small hall, open, called as admin."""
    return await start_hall()


@pytest.fixture(scope="module")
def hall_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """`greenwave up` with the demo hall, as processes of its own."""
    server = HallServer(tmp_path_factory.mktemp("up") / "data")
    yield server
    server.stop()
