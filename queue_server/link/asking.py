"""One request and its answer, within its time."""

from typing import Any
from urllib.parse import urlsplit

import msgspec
from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
)

from queue_server.link.answers import read_answer
from queue_server.link.errors import Away

CONNECT_S = 3.0

_encode = msgspec.json.Encoder().encode


def server_url(text: str) -> str:
    """A server's address without a slash at its end. Raises ValueError for what is none."""
    parts = urlsplit(text.strip())
    odd = parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme not in {"http", "https"} or not parts.hostname or odd:
        raise ValueError(f"`{text}` is not a server's address such as http://hall.example:8080")
    _ = parts.port  # ValueError for one that is no number
    return text.strip().rstrip("/")


def headers_for(token: str) -> dict[str, str]:
    """What every request carries. Raises ValueError for a token that cannot be one."""
    token = token.strip()
    if not token:
        return {}
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("the token has characters that no token has: copy it again")
    return {"Authorization": f"Bearer {token}"}


def open_session() -> ClientSession:
    """A session without cookies, and without proxies that the environment may name."""
    return ClientSession(cookie_jar=DummyCookieJar(), trust_env=False, timeout=ClientTimeout(total=None))


async def ask(
    http: ClientSession, method: str, url: str, body: object, headers: dict[str, str], timeout_s: float
) -> Any:
    """The JSON of a good answer, None for an empty one. Raises `Refused` and `Away`, in time."""
    data = None
    if body is not None:
        data = _encode(body)
        headers = {**headers, "Content-Type": "application/json"}
    limits = ClientTimeout(total=timeout_s, sock_connect=min(CONNECT_S, timeout_s))
    try:
        async with http.request(
            method, url, data=data, headers=headers, timeout=limits, allow_redirects=False
        ) as response:
            return await read_answer(response)
    except (ClientConnectorError, ConnectionTimeoutError) as error:
        raise Away(reason(error), sent=False) from error
    except (ClientError, OSError) as error:
        raise Away(reason(error)) from error


def reason(error: Exception) -> str:
    """Why a request failed, in words; errors of the network often have none."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ClientConnectorDNSError):
        return f"nobody knows the name {error.host}"
    if isinstance(error, ClientSSLError):
        return f"no trusted connection: {error}"
    if isinstance(error, ClientConnectorError):
        return f"no connection: {error.strerror or error.os_error}"
    return str(error) or type(error).__name__
