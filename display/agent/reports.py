"""Says how the agent is: to the server every ten seconds and at once on a change, to this computer when asked."""

import asyncio
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from hardware.health import Health
from queue_server.link import Away, Link, Refused
from queue_server.link.health import fitting, fitting_facts

EVERY_S = 10.0
LOOK_S = 0.5

log = structlog.get_logger()

Parts = Callable[[], list[dict[str, Any]]]


def part(kind: str, name: str, health: Health, **facts: int | float) -> dict[str, Any]:
    """One part of the agent as the server takes it."""
    return {
        "kind": kind, "name": fitting(name), "ok": health.ok, "code": health.code,
        "warnings": list(health.warnings), "facts": fitting_facts(health.facts) | facts,
    }  # fmt: skip


class Reports:
    """`server_time` is told the server's clock at each answer."""

    def __init__(
        self,
        link: Link,
        installation: str,
        parts: Parts,
        pending: Callable[[], int],
        server_time: Callable[[str], None],
    ) -> None:
        self._link = link
        self._fixed = {"installation": installation, "version": version("greenwave")}
        self._parts = parts
        self._pending = pending
        self._server_time = server_time
        self._doubled = False
        self._refused = ""

    async def run(self) -> None:
        """For ever."""
        while True:
            told = _codes(self._parts())
            await self.report()
            for _ in range(int(EVERY_S / LOOK_S)):
                await asyncio.sleep(LOOK_S)
                if _codes(self._parts()) != told:
                    break

    async def report(self) -> None:
        """Once. A server that is away is the follower's matter."""
        try:
            heard = await self._link.ask(
                "POST", "/health", {**self._fixed, "parts": self._parts(), "pending": self._pending()}
            )
        except Away:
            return
        except Refused as refused:
            if refused.code != self._refused:
                log.error("the server does not hear how this agent is", code=refused.code, detail=refused.detail)
            self._refused = refused.code
            return
        self._refused = ""
        self._server_time(heard["at"])
        if heard["others"] and not self._doubled:
            log.error("another agent works with this token: calls are spoken twice; give each its own")
        self._doubled = heard["others"]


def status_app(status: Callable[[], dict[str, Any]]) -> web.Application:
    """`GET /api/status` and `GET /metrics`, for this computer alone."""
    registry = CollectorRegistry()
    waiting = Gauge("greenwave_announcer_waiting", "Calls that wait to be announced.", registry=registry)
    backlog = Gauge("greenwave_announcer_backlog_seconds", "Until all of them are.", registry=registry)
    waiting.set_function(lambda: float(status()["waiting"]))
    backlog.set_function(lambda: float(status()["backlog_s"]))

    async def tell(_: web.Request) -> web.Response:
        return web.json_response(status())

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": "text/plain; version=0.0.4"})

    app = web.Application()
    app.add_routes([web.get("/api/status", tell), web.get("/metrics", metrics)])
    return app


def _codes(parts: list[dict[str, Any]]) -> list[tuple[str, bool, str]]:
    return [(part["name"], part["ok"], part["code"]) for part in parts]
