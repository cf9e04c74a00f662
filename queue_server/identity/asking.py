"""How another service is asked: with a limit on time and size, and no way round to somewhere else."""

from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout

from queue_server.domain.identity import SignInFailed

LONGEST_S = 10.0
LARGEST_BYTES = 256 * 1024


async def ask_json(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: object = None
) -> dict[str, Any]:
    """The JSON object that a service answers with. Raises `SignInFailed` for anything else."""
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=LONGEST_S)) as http,
            http.request(method, url, headers=headers, json=body, allow_redirects=False) as answer,
        ):
            raw = await answer.content.read(LARGEST_BYTES)
            if answer.status != 200:
                raise SignInFailed(f"it answers {answer.status}")
        found = msgspec.json.decode(raw)
    except (ClientError, TimeoutError, msgspec.DecodeError, UnicodeError) as error:
        raise SignInFailed(type(error).__name__) from error
    if not isinstance(found, dict):
        raise SignInFailed("it does not answer with an object")
    return found


def text_of(found: Mapping[str, Any], name: str) -> str:
    """A field that must be there and be text. Raises `SignInFailed`."""
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise SignInFailed(f"its answer has no `{name}`")
    return value
