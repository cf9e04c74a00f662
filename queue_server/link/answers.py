"""From an HTTP response to JSON, `Refused` or `Away`.

Only a problem document of Greenwave's own counts as a refusal: a proxy's page or a sign-in page of the network in
between says nothing about the hall, and nobody may throw a ticket away because of it.
"""

from typing import Any

import msgspec
from aiohttp import ClientResponse

from queue_server.link.errors import Away, Refused

MOST_BYTES = 16 * 1024 * 1024
AT_ONCE = 64 * 1024
LONGEST_RETRY_AFTER_S = 3600.0


async def read_answer(response: ClientResponse) -> Any:
    """The JSON of a good answer; None for an empty one. Raises `Refused` and `Away`."""
    if response.status == 204:
        return None
    document = _decoded(await _body(response))
    if response.status in {200, 201, 202} and response.content_type == "application/json" and document is not None:
        return document
    raise refusal_of(response, document)


async def read_refusal(response: ClientResponse) -> Exception:
    """What an answer that is not the wanted stream means."""
    return refusal_of(response, _decoded(await _body(response)))


def refusal_of(response: ClientResponse, document: Any) -> Exception:
    """`Refused` for a problem document below 500, `Away` for everything else."""
    retry_after_s = _retry_after_s(response.headers.get("Retry-After", ""))
    code = document.get("code") if isinstance(document, dict) else None
    if not isinstance(code, str) or not code:
        return Away(f"what answered ({response.status}) is not a Greenwave server", retry_after_s)
    if response.status >= 500:
        return Away(f"the server cannot work now ({response.status} {code})", retry_after_s)
    if response.status < 400:
        return Away(f"the answer ({response.status}) was garbled", retry_after_s)
    return Refused(response.status, document, retry_after_s)


async def _body(response: ClientResponse) -> bytes:
    found = bytearray()
    async for piece in response.content.iter_chunked(AT_ONCE):
        found += piece
        if len(found) > MOST_BYTES:
            raise Away(f"the answer has more than {MOST_BYTES} bytes")
    return bytes(found)


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _retry_after_s(text: str) -> float:
    """Seconds to wait; 0 where none were given (or a date, which our server never sends)."""
    if not (text.isascii() and text.isdigit()):
        return 0.0
    return min(float(text[:9]), LONGEST_RETRY_AFTER_S)
