"""`greenwave display` speaks in order, shows, and says nothing twice, whatever happens."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import aiohttp
import pytest

from hardware.panel.emulator import PanelEmulator
from hardware.speaker.emulator import EmulatedCard
from ops.up import DEMO
from tests.support.displays import LANGUAGES, Agent, Floor, Start, until, until_online
from tests.support.servers import HallServer
from tests.support.sse import EventReader


def heard_apart(card: EmulatedCard) -> bool:
    """Whether no sound began before the one before it had ended, by the sound card's own record."""
    heard = sorted(card.heard(), key=lambda sound: sound["began"])
    return all(before["ended"] <= after["began"] for before, after in pairwise(heard))


async def test_a_burst_of_twenty_calls_is_spoken_in_order_one_at_a_time_and_acknowledged(
    start: Start, floor: Floor, card: EmulatedCard
) -> None:
    agent = await start()
    async with EventReader(floor.client, "hall") as events:
        called = [await floor.call(LANGUAGES[0])]
        await until(lambda: agent.log("speech_began"))
        called += [await floor.call(LANGUAGES[at % 6]) for at in range(1, 20)]
        numbers = [number for number, _ in called]
        await until(lambda: len(agent.said()) == 20)
        assert agent.said() == numbers
        shown = []
        while len(shown) < 20:
            told = await events.next_of("CallShown", within_s=10)
            shown.append((told.data["number"], told.data["window"], told.data["how"]))
    assert sorted(shown) == sorted((number, window, "voice") for number, window in called)
    assert heard_apart(card)
    begun, ended = agent.log("speech_began"), agent.log("speech_ended")
    assert all(end["monotonic_s"] <= nxt["monotonic_s"] for end, nxt in zip(ended, begun[1:], strict=False))
    languages = {line["number"]: line["lang"] for line in reversed(begun)}
    assert [languages[number] for number in numbers] == [LANGUAGES[at % 6] for at in range(20)]
    assert {line["form"] for line in begun} == {"full", "short"}, "shortened while many wait"
    assert max(line["waiting"] for line in agent.log("chime_began")) > 3
    chimes, sentences = len(agent.log("chime_began")), len(begun)
    assert len(card.heard()) == chimes + sentences + 1, "and a moment of silence at its start to see that it works"


async def test_a_killed_agent_says_nothing_twice_and_goes_on_with_the_rest(
    start: Start, floor: Floor, card: EmulatedCard, http: aiohttp.ClientSession
) -> None:
    agent = await start()
    numbers = [(await floor.call("en"))[0] for _ in range(12)]
    await until(lambda: len(agent.said()) >= 3)
    agent.kill()
    given_out = {row[0] for row in json.loads((agent.folder / "announcer.json").read_bytes())["said"]}
    cut_short = given_out - set(agent.said())
    agent.start()
    await until_online(agent, http)
    await until(lambda: set(numbers) - given_out <= set(agent.said()))
    said = Counter((line["number"], line["lang"], line["round"]) for line in agent.log("speech_began"))
    assert set(said.values()) == {1}, "nobody is spoken to twice"
    lost = set(numbers) - set(agent.said())
    assert lost <= cut_short, "no more is lost than what was being spoken"
    assert len(lost) <= 4
    assert heard_apart(card)


@pytest.fixture
def quick_hall(tmp_path: Path) -> Iterator[HallServer]:
    """The demo hall where a call climbs to voice within two seconds."""
    file = tmp_path / "demo-hall.yaml"
    quick, changed = re.subn(r"(?m)^calling:.*$", "calling: {flash_s: 1, voice_s: 2}", DEMO.read_text("utf-8"))
    assert changed == 1
    file.write_text(quick, "utf-8")
    server = HallServer(tmp_path / "quick", "--hall", str(file), "--open-now")
    yield server
    server.stop()


async def test_a_call_to_the_phone_is_spoken_when_nobody_came(
    quick_hall: HallServer, card: EmulatedCard, tmp_path: Path, agents: list[Agent], http: aiohttp.ClientSession
) -> None:
    floor = await Floor.of(quick_hall.client(http))
    _, token = await floor.device("voice")
    agent = Agent(quick_hall.url, token, tmp_path / "agent", "--speaker", "alsa:", path=card.path)
    agents.append(agent)
    agent.start()
    await until_online(agent, http)
    async with EventReader(floor.client, "hall") as events:
        number, _ = await floor.call("en", voice=False)
        called = await events.next_of("TicketCalled", within_s=10)
        assert called.data["step"] == "silent"
        await until(lambda: number in agent.said())
        steps = [(await events.next_of("CallEscalated", within_s=10)).data["step"] for _ in range(2)]
    assert steps == ["flash", "voice"]
    assert agent.said() == [number]
    agent.kill()


async def test_who_has_come_is_not_called_any_more(start: Start, floor: Floor, card: EmulatedCard) -> None:
    card.unplug()
    agent = await start()
    number, window = await floor.call("en")
    await until(lambda: agent.log("failed"))
    assert (await floor.client.at(window, "start")).status == 200
    await until(lambda: agent.log("withdrawn", "failed")[-1]["number"] == number)
    card.plug_in()
    other, _ = await floor.call("en")
    await until(lambda: other in agent.said())
    assert number not in agent.said()


async def test_who_is_served_or_on_the_way_is_not_called_by_an_agent_that_starts(
    start: Start, floor: Floor, http: aiohttp.ClientSession
) -> None:
    _, window = await floor.call("en")
    _, beside = await floor.call("en")
    assert (await floor.client.at(window, "start")).status == 200
    ticket = (await floor.client.get(f"/windows/{beside}"))["ticket"]["id"]
    assert (await floor.client.post(f"/tickets/{ticket}/coming")).status == 200
    waits, _ = await floor.call("en")
    agent = await start()
    await until(lambda: waits in agent.said())
    agent.kill()
    (agent.folder / "announcer.json").unlink()
    agent.start()
    await until_online(agent, http)
    await until(lambda: agent.said() == [waits, waits])
    assert {line["number"] for line in agent.log("speech_began")} == {waits}


async def test_a_loudspeaker_that_was_away_is_reported_and_speaks_when_it_is_back(
    start: Start, floor: Floor, card: EmulatedCard, http: aiohttp.ClientSession
) -> None:
    card.unplug()
    agent = await start()

    async def reported() -> bool:
        rows = (await floor.client.get("/devices"))["devices"]
        parts = [part for row in rows if row.get("health") for part in row["health"]["parts"]]
        return "NOT_FOUND" in {part["code"] for part in parts}

    await until(reported)
    number, _ = await floor.call("en")
    card.plug_in()
    await until(lambda: number in agent.said())
    status = await agent.status(http)
    [part] = status["parts"]
    assert (part["kind"], part["ok"], part["facts"]["waiting"]) == ("speaker", True, 0)
    async with http.get(f"{agent.url}/metrics") as response:
        assert "greenwave_announcer_waiting 0.0" in await response.text()


async def test_a_panel_shows_the_call_of_its_window_and_tells_so(start: Start, floor: Floor) -> None:
    with PanelEmulator() as mine, PanelEmulator() as hall:
        window = floor.next_window
        zones = ",".join(zone["id"] for zone in (await floor.client.get(""))["zones"])
        panels = ("--panel", f"{mine.address}?window={window}", "--panel", f"{hall.address}?lines=1")
        await start("--zone", zones, *panels)
        await until(lambda: mine.lines == ["请稍候", "Please wait"])
        async with EventReader(floor.client, "hall") as events:
            number, _ = await floor.call()
            await until(lambda: mine.lines == [f"{number} 号请到 {window} 号窗口", f"{number} to window {window}"])
            how: set[str] = set()
            while how != {"panel", "voice"}:
                told = await events.next_of("CallShown", within_s=20)
                how |= {told.data["how"]} if told.data["number"] == number else set()
        assert hall.lines == mine.lines[:1]
        mine.unplug()
        other, there = await floor.call()
        await until(lambda: hall.lines == [f"{other} 号请到 {there} 号窗口"])
        assert (await floor.client.at(window, "start")).status == 200
        assert (await floor.client.at(window, "finish")).status == 200
        await until(lambda: mine.lines == ["请稍候", "Please wait"])
        assert (await floor.client.at(window, "pause", {"reason": "break"})).status == 200
        await until(lambda: mine.lines == ["暂停服务", "Window paused"])
