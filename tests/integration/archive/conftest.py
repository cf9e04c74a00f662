"""A hall that is archived, on SQLite or on either database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from queue_server.store.embedded import EmbeddedStore
from tests.support.archives import ArchivedHall, archived_hall


@pytest.fixture
async def small(valkey: EmbeddedStore, tmp_path: Path) -> AsyncIterator[ArchivedHall]:
    """On SQLite."""
    async with archived_hall(valkey, f"sqlite:///{tmp_path}/archive.db", page=50) as hall:
        yield hall


@pytest.fixture(params=["sqlite", "postgresql"])
async def any_small(
    request: pytest.FixtureRequest, valkey: EmbeddedStore, tmp_path: Path
) -> AsyncIterator[ArchivedHall]:
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/archive.db" if sqlite else request.getfixturevalue("postgres").database()
    async with archived_hall(valkey, url, page=50) as hall:
        yield hall
