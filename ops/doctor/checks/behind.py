"""What works behind a server's halls, by what it tells Prometheus: the caretaker, its forecast, the archive."""

import asyncio

from aiohttp import ClientError, ClientTimeout
from prometheus_client.parser import text_string_to_metric_families

from ops.doctor.finding import Case, Finding, look, ok, wrong
from queue_server.link.asking import open_session, server_url

WITHIN_S = 5.0
OLD_S = 60
LATE_S = 300
HOUR_S = 3600
SHORT_H = 4
"""Hours that the store can wait for its archive: fewer are an alarm."""

Figures = dict[str, list[float]]
"""By name: one value for each hall."""


def caretaker(case: Case) -> list[Finding]:
    """Somebody archives, foresees and advises."""
    told = _told(case)
    if "greenwave_caretakers" not in told:
        return []
    return ok("caretaker") if max(told["greenwave_caretakers"]) else wrong("caretaker_missing", "greenwave up")


def forecast(case: Case) -> list[Finding]:
    """Waits come from a forecast that is fresh."""
    told = _told(case)
    if "greenwave_caretakers" not in told:
        return []
    ages = told.get("greenwave_outlook_age_seconds", [])
    if not ages:
        return look("forecast_none", f"curl -sS {case.server.rstrip('/')}/metrics")
    oldest = round(max(ages))
    return ok("forecast", seconds=oldest) if oldest <= OLD_S else look("forecast_old", "uptime", seconds=oldest)


def archived(case: Case) -> list[Finding]:
    """The archive keeps up, or there is time until it must."""
    told = _told(case)
    late = max(told.get("greenwave_archive_behind_seconds", [-1]))
    if late < 0:
        return []
    behind = round(sum(told["greenwave_archive_behind_events"]))
    if late <= LATE_S:
        return ok("archive_keeps_up", events=behind)
    hours = int(min(told["greenwave_archive_room_seconds"]) // HOUR_S)
    say = wrong if hours < SHORT_H else look
    return say("archive_behind", "greenwave doctor", events=behind, minutes=round(late / 60), hours=hours)


def _told(case: Case) -> Figures:
    """What `/metrics` says; nothing where it does not answer, which is said by `reachable`."""
    if not case.server:
        return {}
    try:
        text = asyncio.run(_read(case.server))
        families = list(text_string_to_metric_families(text))
    except (ClientError, OSError, ValueError):
        return {}
    found: Figures = {}
    for family in families:
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.value)
    return found


async def _read(server: str) -> str:
    url, limits = f"{server_url(server)}/metrics", ClientTimeout(total=WITHIN_S)
    async with open_session() as http, http.get(url, timeout=limits, allow_redirects=False) as answer:
        return await answer.text() if answer.status == 200 else ""
