"""What bookings and phone pages need: a calendar that knows the days to come, and an address that phones may trust."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from ops.doctor.checks.folder import holder_of
from ops.doctor.finding import Case, Finding, look, ok
from queue_server.contract.hall_file import read_hall
from queue_server.domain.hall import Hall
from queue_server.domain.workdays import knows_year
from queue_server.store.asking import StoreDown
from queue_server.store.catalogue import Catalogue
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore

EVERYWHERE = frozenset({"0.0.0.0", "::", "*"})


def calendar(case: Case) -> list[Finding]:
    """The working days of every day that can be booked are known: China's are announced year by year."""
    halls = [hall for hall in _halls(case) if hall.calendar.country] if case.serves else []
    for hall in halls:
        last = (case.today + timedelta(days=hall.bookings.days_ahead)).year
        for year in range(case.today.year, last + 1):
            if not knows_year(hall.calendar.country, year):
                return look("calendar_unknown", "pip install --upgrade chinese-calendar", hall=hall.id, year=year)
    return ok("calendar", halls=", ".join(hall.id for hall in halls)) if halls else []


def phones(case: Case) -> list[Finding]:
    """Browsers push, install and say where they are on pages that came by https, or from their own machine."""
    url = case.public_url or case.server or _listening(case)
    if not url:
        return []
    parts = urlsplit(url)
    if parts.scheme == "https" or _is_here(parts.hostname or ""):
        return ok("phones", url=url)
    return look("phones_plain", "greenwave up --public-url https://HOST", url=url)


def _listening(case: Case) -> str:
    """How phones reach a server that nobody gave a name; empty for one that only this machine reaches."""
    host = case.environment.get("GREENWAVE_HOST", "")
    return f"http://{f'[{host}]' if ':' in host else host}" if host and not _is_here(host) else ""


def _is_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return host not in EVERYWHERE and ip_address(host).is_loopback
    except ValueError:
        return False


def _halls(case: Case) -> list[Hall]:
    """The halls of the store that is at work, else of the files that a server would start with."""
    url = case.environment.get("GREENWAVE_STORE_URL", "")
    if not url and holder_of(case) is not None:
        url = EmbeddedStore(case.data).url
    try:
        return asyncio.run(_kept(url)) if url else list(_files(case))
    except (StoreDown, OSError, ValueError):
        return []


async def _kept(url: str) -> list[Hall]:
    store = connect(url)
    try:
        return await Catalogue(store).halls()
    finally:
        await store.aclose()


def _files(case: Case) -> Iterator[Hall]:
    for name in filter(None, case.environment.get("GREENWAVE_HALL", "").split(":")):
        found = read_hall(Path(name).read_bytes()).hall
        if found is not None:
            yield found
