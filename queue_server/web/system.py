"""Health, metrics, the OpenAPI document, and what no route answers."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cached_property

import msgspec
import structlog
from aiohttp import web

from queue_server.contract import answers
from queue_server.store.asking import StoreDown
from queue_server.web.context import SERVICES
from queue_server.web.endpoint import LARGEST_BODY, as_problem, kind_of, told
from queue_server.web.metrics import Metrics
from queue_server.web.pages import render_error

READY_WITHIN_S = 2.0
CODE_BY_STATUS = {404: "NO_SUCH_PAGE", 405: "METHOD_NOT_ALLOWED", 406: "NOT_ACCEPTABLE", 413: "BODY_TOO_LARGE"}
MACHINE_PATHS = ("/api/", "/healthz", "/readyz", "/metrics")

log = structlog.get_logger()
_encode = msgspec.json.Encoder().encode
_OK = _encode(answers.Health(status="ok"))


class System:
    """Handlers about the server itself."""

    def __init__(self, metrics: Metrics, describe: Callable[[], dict[str, object]]) -> None:
        self._metrics = metrics
        self._describe = describe

    @cached_property
    def _openapi(self) -> bytes:
        """Made when it is first asked for: few ask, and every worker would start later for it."""
        return _encode(self._describe())

    async def healthz(self, _: web.Request) -> web.Response:
        """The process answers."""
        return web.Response(body=_OK, content_type="application/json")

    async def readyz(self, request: web.Request) -> web.Response:
        """The store answers and every hall is known."""
        services = request.app[SERVICES]
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                await services.ping()
                for running in services.halls.values():
                    await running.started.wait()
        except (TimeoutError, StoreDown) as error:
            return as_problem(request, error if isinstance(error, StoreDown) else StoreDown("not ready in time"))
        return await self.healthz(request)

    async def metrics(self, _: web.Request) -> web.Response:
        return web.Response(
            body=await self._metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    async def openapi(self, _: web.Request) -> web.Response:
        return web.Response(body=self._openapi, content_type="application/json")


@web.middleware
async def unanswered(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turns what no route answers (404, 405, 413 ...) into a problem for programs and a page for people."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _as_answer(request, error)
    except StoreDown:
        return render_error(request, 503, "STORE_DOWN")
    except Exception as error:
        log.error("internal error", route=kind_of(request), exc_info=error)
        return told(request, "INTERNAL") if _is_machine(request) else render_error(request, 500, "INTERNAL")


def _is_machine(request: web.Request) -> bool:
    """Whether a program asks, not a person."""
    return request.path.startswith(MACHINE_PATHS)


def _as_answer(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    code = CODE_BY_STATUS.get(error.status, "MALFORMED_JSON" if error.status == 400 else "INTERNAL")
    allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    if _is_machine(request):
        return told(request, code, {"most_bytes": LARGEST_BODY} if error.status == 413 else {}, allow)
    page = render_error(request, error.status, code)
    page.headers.update(allow)
    return page
