"""A link asks: good answers, refusals, and everything between here and the server that is neither."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from queue_server.link import Away, Link, Refused, enrol

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[..., Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a server whose every address is answered by one handler: `url = await serve(handler)`."""
    servers: list[TestServer] = []

    async def start(handler: Handler, host: str = "127.0.0.1") -> str:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", handler)
        server = TestServer(app, host=host)
        await server.start_server(shutdown_timeout=0.1)
        servers.append(server)
        return str(server.make_url("")).rstrip("/")

    yield start
    for server in servers:
        await server.close()


def answering(**how: Any) -> Handler:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(**how)

    return handler


def json_of(status: int, text: str, **headers: str) -> Handler:
    return answering(status=status, text=text, content_type="application/problem+json", headers=headers)


async def ask(url: str, token: str = "t", timeout_s: float = 5.0) -> Any:
    async with Link(url, "small", token) as link:
        return await link.ask("POST", "/tickets", {"service": "A-1"}, key="k1", timeout_s=timeout_s)


async def test_a_request_carries_token_body_and_key(serve: Serve) -> None:
    seen: dict[str, Any] = {}

    async def handler(request: web.Request) -> web.Response:
        seen.update(path=request.raw_path, method=request.method, body=await request.json())
        seen.update(token=request.headers["Authorization"], key=request.headers["Idempotency-Key"])
        seen.update(kind=request.content_type, cookies=dict(request.cookies))
        return web.json_response({"id": "1"}, status=201, headers={"Set-Cookie": "a=b"})

    url = (await serve(handler)).replace("127.0.0.1", "localhost")  # addresses have no cookies anyway
    async with Link(f"{url}/city/hall/", "大/厅", " secret\n") as link:
        for _ in range(2):
            assert await link.ask("POST", "/tickets", {"service": "A-1"}, key="k1") == {"id": "1"}
    assert seen == {
        "path": "/city/hall/api/v1/halls/%E5%A4%A7%2F%E5%8E%85/tickets", "method": "POST", "body": {"service": "A-1"},
        "token": "Bearer secret", "key": "k1", "kind": "application/json", "cookies": {},
    }  # fmt: skip


async def test_an_empty_answer_is_none(serve: Serve) -> None:
    assert await ask(await serve(answering(status=204))) is None


async def test_a_server_on_ipv6_is_reached(serve: Serve) -> None:
    url = await serve(answering(text="{}", content_type="application/json"), "::1")
    assert "[::1]" in url
    assert await ask(url) == {}


async def test_a_problem_is_a_refusal_with_its_facts(serve: Serve) -> None:
    problem = '{"code": "TOO_SOON", "status": 409, "title": "T", "detail": "D", "retry_after_s": 7}'
    with pytest.raises(Refused) as refused:
        await ask(await serve(json_of(409, problem, **{"Retry-After": "7"})))
    found = refused.value
    assert (found.status, found.code, found.title, found.detail) == (409, "TOO_SOON", "T", "D")
    assert (found.facts["retry_after_s"], found.retry_after_s, found.token_refused) == (7, 7.0, False)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_token_is_a_refusal(serve: Serve, status: int) -> None:
    with pytest.raises(Refused) as refused:
        await ask(await serve(json_of(status, '{"code": "UNKNOWN_TOKEN"}')))
    assert refused.value.token_refused


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (500, '{"code": "INTERNAL"}'),
        (503, '{"code": "STORE_DOWN"}'),
        (502, "<html>Bad gateway</html>"),
        (404, "<html>No such site</html>"),
        (403, "<html>Blocked by the network</html>"),
        (401, '{"error": "a proxy says so"}'),
        (302, ""),
        (200, "<html>Accept the terms of this network</html>"),
        (409, "[1]"),
        (409, '{"code": 5}'),
        (409, '{"code": "TOO_S'),
        (200, '{"code": "TOO_SOON"}'),
    ],
)
async def test_what_is_no_problem_of_ours_is_away(serve: Serve, status: int, text: str) -> None:
    with pytest.raises(Away) as away:
        await ask(await serve(json_of(status, text, **{"Retry-After": "3", "Location": "/terms"})))
    assert away.value.why
    assert away.value.retry_after_s == 3.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("x", 0.0), ("-1", 0.0), ("²", 0.0), ("9" * 40, 3600.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
async def test_an_odd_retry_after_does_no_harm(serve: Serve, text: str, seconds: float) -> None:
    with pytest.raises(Away) as away:
        await ask(await serve(json_of(503, '{"code": "STORE_DOWN"}', **{"Retry-After": text})))
    assert away.value.retry_after_s == seconds


async def test_nobody_listening_is_away() -> None:
    with pytest.raises(Away, match="no connection") as away:
        await ask(f"http://127.0.0.1:{unused_port()}")
    assert not away.value.sent


async def test_a_name_that_does_not_resolve_is_away() -> None:
    with pytest.raises(Away, match="nobody knows the name no-such-host"):
        await ask("http://no-such-host.invalid:8080", timeout_s=20)


async def test_a_certificate_that_is_none_is_away(serve: Serve) -> None:
    with pytest.raises(Away, match="no trusted connection"):
        await ask((await serve(answering(text="{}"))).replace("http://", "https://"))


async def test_a_server_that_is_silent_is_away_in_time(serve: Serve) -> None:
    over = asyncio.Event()

    async def handler(_: web.Request) -> web.Response:
        await over.wait()
        return web.Response()

    url, began = await serve(handler), time.monotonic()
    with pytest.raises(Away, match="in time") as away:
        await ask(url, timeout_s=0.2)
    assert away.value.sent
    assert time.monotonic() - began < 3
    over.set()


async def test_an_answer_cut_in_half_is_away() -> None:
    async def half(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"id":')
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(half, "127.0.0.1", 0)
    async with server:
        with pytest.raises(Away):
            await ask(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")


async def test_an_answer_without_end_is_away(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queue_server.link.answers.MOST_BYTES", 1000)
    with pytest.raises(Away, match="more than"):
        await ask(await serve(answering(text='"' + "x" * 5000 + '"', content_type="application/json")))


async def test_proxies_of_the_environment_are_not_used(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_port()}")
    assert await ask(await serve(answering(text="{}", content_type="application/json"))) == {}


@pytest.mark.parametrize(
    "server",
    [
        "",
        "hall.example:8080",
        "ftp://hall",
        "http://",
        "http://h:port",
        "http://h:99999",
        "http://u@h",
        "http://h?a=1",
    ],
)
def test_what_is_no_server_address_is_told_at_once(server: str) -> None:
    with pytest.raises(ValueError):
        Link(server, "small", "t")


@pytest.mark.parametrize("token", ["two words", "t\nX-Evil:1", "票"])
def test_what_is_no_token_is_told_at_once(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        Link("http://hall", "small", token)


async def test_enrolling_trades_a_code_for_a_token(serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        assert request.path == "/api/v1/enrol"
        assert "Authorization" not in request.headers
        if await request.json() == {"code": "K7Q4-M2XD"}:
            return web.json_response({"token": "t"}, status=201)
        return web.json_response({"code": "CODE_UNKNOWN"}, status=404)

    url = await serve(handler)
    assert await enrol(url, "K7Q4-M2XD") == {"token": "t"}
    with pytest.raises(Refused, match="CODE_UNKNOWN"):
        await enrol(url, "AAAA-AAAA")
