"""People who work at a hall, for tests: set up by a manager, signed in by themselves."""

from typing import Any

from tests.support.client import Answer, HallClient

GOOD = "green-waves-roll-7"
"""A password that nobody minds."""


async def colleague(hall: HallClient, number: str = "1024", role: str = "window", **more: Any) -> Answer:
    """A new account with its one-time link."""
    made = await hall.post("/staff", {"name": f"Clerk {number}", "number": number, "role": role, **more})
    assert made.status == 201, made
    return made


async def call(hall: HallClient, method: str, path: str, body: Any = None, token: str = "") -> Answer:
    """A call that belongs to no hall."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{hall.base}/api/v1{path}"
    async with hall.http.request(method, url, json=body, headers=headers) as response:
        is_json = "json" in response.headers.get("Content-Type", "")
        return Answer(response.status, response.headers, await response.json(content_type=None) if is_json else None)


async def welcomed(hall: HallClient, made: Answer, password: str = GOOD) -> str:
    """The token of someone who has used their one-time link."""
    answer = await call(hall, "POST", "/welcome", {"code": made["link"].rpartition("/")[2], "password": password})
    assert answer.status == 201, answer
    return str(answer["token"])


async def signed_in(hall: HallClient, name: str, password: str = GOOD, **more: Any) -> Answer:
    """One try to sign in."""
    return await call(hall, "POST", "/sign-in", {"name": name, "password": password, **more})
