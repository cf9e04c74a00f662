"""What the contract tests share: the shapes to the letter, and calls that no honest client makes."""

import json
import re
from typing import Any

from tests.support.client import Answer, HallClient

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TICKET = {
    "id", "number", "hall", "queue", "service", "services", "stop", "stops", "status", "priority", "channel",
    "language", "zone", "issued_at", "ahead", "wait_s", "times_called",
}  # fmt: skip
PROBLEM = {"type", "title", "status", "code", "detail", "instance"}
RANGE = {"p10", "p50", "p90"}


def is_problem(answer: Answer, status: int, code: str) -> Answer:
    assert (answer.status, answer["code"]) == (status, code), answer
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert set(answer.body) >= PROBLEM and answer["status"] == status
    assert answer["type"].startswith("urn:") and answer["title"] and answer["detail"]
    return answer


async def device(hall: HallClient, role: str, **more: Any) -> HallClient:
    made = await hall.post("/devices", {"role": role, "name": role, **more})
    assert made.status == 201 and {"id", "token"} <= set(made.body), made
    return hall.as_(made["token"])


async def raw(hall: HallClient, path: str, body: bytes, **headers: str) -> Answer:
    """A request as no honest client makes it."""
    url = f"{hall.base}/api/v1/halls/{hall.hall}{path}"
    sent = {"Authorization": f"Bearer {hall.token}", "Content-Type": "application/json", **headers}
    async with hall.http.post(url, data=body, headers=sent) as response:
        read = await response.read()
        return Answer(response.status, response.headers, json.loads(read) if read else None)


async def lines_of(hall: HallClient, path: str) -> list[dict[str, Any]]:
    """An answer of one document a line."""
    url = f"{hall.base}/api/v1/halls/{hall.hall}{path}"
    async with hall.http.get(url, headers={"Authorization": f"Bearer {hall.token}"}) as response:
        assert (response.status, response.content_type) == (200, "application/x-ndjson")
        return [json.loads(line) for line in (await response.read()).splitlines()]
