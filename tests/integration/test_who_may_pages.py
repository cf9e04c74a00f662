"""Who may open a page: every page of the table × people signed in as themselves × own hall and another."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.test_who_may import filled
from tests.support import rights
from tests.support.audits import AuditedHalls, audited_halls
from tests.support.colleagues import colleague, welcomed

FLOOR = ("/kiosk/", "/desk/")
"""Where visitors of all departments are: no page of the manager of one."""


@pytest.fixture
async def halls(valkey: Any, tmp_path: Path) -> AsyncIterator[AuditedHalls]:
    async with audited_halls(valkey, tmp_path) as halls:
        yield halls


async def opened(halls: AuditedHalls, path: str, token: str) -> bool:
    cookies = {"gw-staff": token}
    async with halls.http.get(path, cookies=cookies, allow_redirects=False) as answer:
        is_in = answer.status == 200
        assert is_in or answer.headers["Location"].startswith("/sign-in"), path
    halls.http.session.cookie_jar.clear()
    return is_in


@pytest.mark.parametrize(
    ("role", "more"),
    [
        ("manager", {}),
        ("manager", {"departments": ["D1"]}),
        ("desk", {}),
        ("window", {"windows": [1]}),
        ("window", {"windows": [2]}),
    ],
    ids=["manager", "of a department", "desk", "window", "another window"],
)
async def test_a_person_opens_what_their_duties_are_about(
    halls: AuditedHalls, role: str, more: dict[str, list[Any]]
) -> None:
    token, wrong = await welcomed(halls.hall, await colleague(halls.hall, role=role, **more)), {}
    for path, roles in rights.PAGES.items():
        may = role in roles.split()
        if more.get("departments") and path.startswith(FLOOR):
            may = False
        if more.get("windows") == [2] and "{window}" in path:
            may = False
        for hall in ("small", "other") if "{hall}" in path else ("small",):
            found = await opened(halls, filled(path, hall, ""), token)
            if found != (roles == rights.ANYONE or (may and hall == "small")):
                wrong[path, hall] = found
    assert wrong == {}
