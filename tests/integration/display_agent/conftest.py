"""Agents with an emulated sound card, and a floor to call people to."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from hardware.speaker.emulator import EmulatedCard
from tests.support.displays import Agent, Floor, Start, until_online
from tests.support.servers import HallServer


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def card(tmp_path: Path) -> EmulatedCard:
    return EmulatedCard(tmp_path / "card", times_faster=200.0)


@pytest.fixture
async def floor(hall_server: HallServer, http: aiohttp.ClientSession) -> AsyncIterator[Floor]:
    floor = await Floor.of(hall_server.client(http))
    yield floor
    await floor.leave()


@pytest.fixture
def agents() -> Iterator[list[Agent]]:
    running: list[Agent] = []
    yield running
    for agent in running:
        if agent.process is not None:
            agent.kill()


@pytest.fixture
def start(
    hall_server: HallServer, floor: Floor, card: EmulatedCard, tmp_path: Path, agents: list[Agent],
    http: aiohttp.ClientSession,
) -> Start:  # fmt: skip
    """Starts an agent with an emulated sound card, and waits until it follows the board."""

    async def start(*options: str) -> Agent:
        _, token = await floor.device("voice of the hall")
        agent = Agent(hall_server.url, token, tmp_path / "agent", "--speaker", "alsa:", *options, path=card.path)
        agents.append(agent)
        agent.start()
        await until_online(agent, http)
        return agent

    return start
