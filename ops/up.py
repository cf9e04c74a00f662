"""`greenwave up` and `greenwave serve`: from settings to a living hall."""

import asyncio
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from ops.audit.operating import keep_hall_file
from ops.charge import Charge, logs_to_stderr
from ops.hall_files import describe, read_files, same_ids
from ops.keeping import admin_token_file, keep_admin_token, keep_secret
from ops.processes import Processes, listen
from queue_server.domain.hall import Hall
from queue_server.flows.links import make_link
from queue_server.languages import Words, choose
from queue_server.settings import Settings
from queue_server.store.connect import connect
from queue_server.store.embedded import AlreadyRunning, EmbeddedStore, StoreFailed
from queue_server.store.slips import StoredSlips

DEMO = Path(__file__).parent / "demo" / "demo-hall.yaml"


class CannotStart(Exception):
    """Why nothing was started, in one line or one line per mistake."""


def read_halls(paths: tuple[Path, ...]) -> list[Hall]:
    """The halls of these files and folders. Raises `CannotStart` with every mistake in any of them."""
    read = list(read_files(paths))
    lines = [describe(path, mistake) for path, found in read for mistake in found.mistakes]
    halls = [(path, found.hall) for path, found in read if found.hall is not None]
    lines += same_ids(halls)
    if lines:
        raise CannotStart("\n".join(dict.fromkeys(lines)))
    return [hall for _, hall in halls]


def up(settings: Settings) -> None:
    """The whole hall on an embedded store. Returns after SIGTERM; raises `CannotStart`."""
    demo = not settings.halls
    halls = read_halls(settings.halls or (DEMO,))
    settings = msgspec.structs.replace(settings, open_now=settings.open_now or demo or settings.crowd)
    store = EmbeddedStore(settings.data)
    try:
        store.start()
    except (AlreadyRunning, StoreFailed, OSError) as error:
        raise CannotStart(str(error)) from None
    run(msgspec.structs.replace(settings, store=store.url), halls, store)


def serve(settings: Settings) -> None:
    """The server alone, on `--store URL`. Hall files given are loaded; else the store's own halls run."""
    if not settings.store:
        raise CannotStart("serve needs --store URL (or GREENWAVE_STORE_URL); `greenwave up` brings its own store")
    run(settings, read_halls(settings.halls), None)


def run(settings: Settings, halls: list[Hall], store: EmbeddedStore | None) -> None:
    """Starts everything, says where it is, and stays until told to stop."""
    logs_to_stderr()
    processes = Processes(store)
    try:
        secret = keep_secret(settings.data)
        settings = msgspec.structs.replace(settings, admin_token=keep_admin_token(settings.data, settings.admin_token))
        try:
            listening = listen(settings.host, settings.port)
        except OSError as error:
            raise CannotStart(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}") from None
        links = asyncio.run(prepare(settings, halls, with_links=store is not None))
        charge = Charge(settings=settings, secret=secret, several_workers=True, instance=secrets.token_hex(8))
        processes.start_workers(charge, listening, settings.workers)
        url = address(settings.host, listening.getsockname()[1])
        if processes.stopping:
            return
        if settings.crowd:
            start_crowd(processes, settings, url)
        announce(url, settings, links)
        processes.start_caretaker(charge)  # last: nobody waits for it to be ready
        processes.run()
    finally:
        processes.stop()


def start_crowd(processes: Processes, settings: Settings, url: str) -> None:
    """Simulated visitors and clerks, as a process of their own."""
    os.environ["GREENWAVE_ADMIN_TOKEN"] = settings.admin_token  # not on a command line, where others could read it
    command = [sys.executable, "-m", "ops.command", "crowd", "--server", url, "--speed", str(settings.rehearsal_speed)]
    processes.start_helper("crowd", command)


def address(host: str, port: int) -> str:
    """The URL under which this machine reaches the server."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


async def prepare(settings: Settings, halls: list[Hall], with_links: bool) -> dict[str, str]:
    """Puts the halls into the store and makes the one-time links: page path -> path to open."""
    client = connect(settings.store)
    try:
        for hall in halls:
            await keep_hall_file(client, hall)
        if not with_links:
            return {}
        return await links_for(StoredSlips(client), halls[0])
    finally:
        await client.aclose()


async def links_for(slips: StoredSlips, hall: Hall) -> dict[str, str]:
    """Addresses that work as they are; where a page needs a role, by a one-time link."""
    window = hall.windows[0].window
    wanted = {
        "kiosk": ("kiosk", f"/kiosk/{hall.id}", 0),
        "console": ("window", f"/window/{hall.id}/{window}", window),
        "screen": ("display", f"/screen/{hall.id}", 0),
        "desk": ("desk", f"/desk/{hall.id}", 0),
        "cockpit": ("manager", f"/cockpit/{hall.id}", 0),
    }
    made = {"home": "/", "phone": f"/m/{hall.id}"}
    for page, (role, path, number) in wanted.items():
        made[page] = f"/sign-in/{await make_link(slips, role, hall.id, number, path)}?to={path}"
    return made


def announce(url: str, settings: Settings, links: Mapping[str, str]) -> None:
    """`ready URL`, then where everything is."""
    print(f"ready {url}", flush=True)
    words = Words(choose("", "", os.environ.get("LANG", "en")[:2]))
    table = Table(show_header=False, box=None, pad_edge=False)
    for page, path in links.items():
        table.add_row(words.say(f"home.up_{page}"), f"{url}{path}")
    table.add_row(words.say("home.up_docs"), f"{url}/api/docs")
    table.add_row(words.say("home.up_admin_token"), str(admin_token_file(settings.data)))
    Console(file=sys.stdout, width=200, highlight=False).print(table)
    sys.stdout.flush()
