"""A hall as its callers see it, over HTTP."""

from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestClient

ADMIN = "admin-token-for-tests"


class Answer:
    """Status, headers and JSON of one answer."""

    def __init__(self, status: int, headers: Any, body: Any) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    def __repr__(self) -> str:
        return f"{self.status} {self.body}"


class HallClient:
    """Calls one hall's API as someone: `await hall.post("/tickets", {...})`."""

    def __init__(
        self, http: "TestClient[Any, Any] | ClientSession", hall: str, token: str = ADMIN, base: str = ""
    ) -> None:
        self.http = http
        self.hall = hall
        self.token = token
        self.base = base

    def as_(self, token: str) -> "HallClient":
        """The same hall, called with another token ('' for none)."""
        return HallClient(self.http, self.hall, token, self.base)

    async def get(self, path: str = "", **headers: str) -> Answer:
        return await self._call("GET", path, None, headers)

    async def post(self, path: str, body: Any = None, key: str | None = None, **headers: str) -> Answer:
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self._call("POST", path, body, headers)

    async def delete(self, path: str) -> Answer:
        return await self._call("DELETE", path, None, {})

    async def _call(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        if self.token:
            headers = {"Authorization": f"Bearer {self.token}", **headers}
        url = f"{self.base}/api/v1/halls/{self.hall}{path}"
        async with self.http.request(method, url, json=body, headers=headers) as response:
            is_json = "json" in response.headers.get("Content-Type", "")
            return Answer(
                response.status, response.headers, await response.json(content_type=None) if is_json else None
            )

    async def ticket(self, service: str = "A-1", **more: Any) -> Answer:
        """Takes a ticket at the kiosk."""
        answer = await self.post("/tickets", {"service": service, "channel": "kiosk", **more})
        assert answer.status == 201, answer
        return answer

    async def open(self, window: int, **more: Any) -> Answer:
        answer = await self.post(f"/windows/{window}/open", {"staff": f"clerk {window}", **more})
        assert answer.status == 200, answer
        return answer

    async def at(self, window: int, act: str, body: Any = None, key: str | None = None) -> Answer:
        """One act of a window."""
        return await self.post(f"/windows/{window}/{act}", body, key)
