"""Tells the touch page what happens, as it happens: a small stream of server-sent events on this machine alone."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
HEARTBEAT_S = 10.0
MOST_BEHIND = 200

_encode = msgspec.json.Encoder().encode


class Talk:
    """All pages that listen. What a page missed it reads afresh when it comes back, so nothing is kept."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[bytes | None]] = set()

    def tell(self, name: str, data: Mapping[str, Any]) -> None:
        frame = _frame(name, data)
        for page in tuple(self._pages):
            if page.full():
                self._pages.discard(page)
                page.get_nowait()
                page.put_nowait(None)
            else:
                page.put_nowait(frame)

    def end(self) -> None:
        """Ends all streams: the agent stops."""
        for page in self._pages:
            if not page.full():
                page.put_nowait(None)
        self._pages.clear()

    async def serve(self, request: web.Request, first: Mapping[str, Mapping[str, Any]]) -> web.StreamResponse:
        """One page's stream, from how things are now on: `first` are events by name."""
        page: asyncio.Queue[bytes | None] = asyncio.Queue(MOST_BEHIND)
        response = web.StreamResponse(headers=HEADERS)
        await response.prepare(request)
        self._pages.add(page)
        try:
            await response.write(b"retry: 500\n\n" + b"".join(_frame(name, data) for name, data in first.items()))
            while (frame := await _next(page)) is not None:
                await response.write(frame)
        except ConnectionResetError:
            pass  # the page has gone
        finally:
            self._pages.discard(page)
        return response


def _frame(name: str, data: Mapping[str, Any]) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), _encode(data))


async def _next(page: "asyncio.Queue[bytes | None]") -> bytes | None:
    try:
        return await asyncio.wait_for(page.get(), HEARTBEAT_S)
    except TimeoutError:
        return b":\n\n"
