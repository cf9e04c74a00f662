"""A receiver of webhooks, as the standard's own library reads them."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks.webhooks import Webhook

SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


class Receiver:
    """Answers as told, else 204; `got` are the bodies whose signature was right, by their ids."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[Callable[[], Awaitable[web.Response]]] = []
        self.calls = 0
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._take)
        self._server = TestServer(app)

    async def __aenter__(self) -> "Receiver":
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def port(self) -> int:
        return self._server.port or 0

    @property
    def url(self) -> str:
        return str(self._server.make_url("/hook"))

    async def _take(self, request: web.Request) -> web.Response:
        self.calls += 1
        body = Webhook(SECRET).verify(await request.read(), dict(request.headers))
        if self.answers:
            return await self.answers.pop(0)()
        self.got.append((request.headers["webhook-id"], body))
        return web.Response(status=204, headers={"Connection": "close"})
