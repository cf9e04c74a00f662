"""The one who speaks: chime and sentences one after the other, and what becomes of them when something fails."""

import asyncio
import json
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from display.agent.zones import USUAL_VOLUME, Zones
from display.announcer import loop
from display.announcer.calls import Call, seconds
from display.announcer.log import KEPT, AnnouncerLog
from display.announcer.loop import Speech
from display.announcer.memory import Memory
from display.announcer.rules import Announcer
from hardware.speaker.cache import VoiceCache
from hardware.speaker.simulator import SimulatedSpeaker, SimulatedVoice
from tests.unit.test_announcer import NOW, moment


class Stage:
    """A speech with everything around it in memory, and its log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.speaker = SimulatedSpeaker()
        self.voice = SimulatedVoice()
        self.memory = Memory(folder / "announcer.json")
        self.spoken: list[str] = []
        self.announcer = Announcer(lambda *_: None, self.memory.read())
        self.speech = Speech(
            self.announcer, self.speaker, VoiceCache(self.voice, folder / "voice"),
            AnnouncerLog(folder / "announcer.jsonl"), lambda: self.memory.keep(self.announcer.said, "7"),
            lambda _: 70, lambda call: self.spoken.append(call.number),
        )  # fmt: skip

    def call(self, number: str, window: int = 3, language: str = "en", name: str = "TicketCalled") -> None:
        event = {"event": name, "number": number, "window": window, "zone": "z1", "times": 1, "step": "voice"}
        self.announcer.hear({**event, "language": language, "at": moment(NOW)}, NOW)
        self.speech.wake()

    def end(self, number: str) -> None:
        self.announcer.hear({"event": "ServiceStarted", "number": number, "at": moment(NOW)}, NOW)

    def log(self, *what: str) -> list[dict[str, Any]]:
        path = self.folder / "announcer.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [line for line in lines if line["what"] in what]

    async def until(self, reached: Callable[[], bool]) -> None:
        """Runs the speech until that is so."""
        task = asyncio.create_task(self.speech.run())
        async with asyncio.timeout(20):
            while not reached():  # noqa: ASYNC110 - a thread plays
                await asyncio.sleep(0.005)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def spans(lines: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """When each sentence began and ended. Fails when one begins before another has ended."""
    found: list[tuple[float, float]] = []
    begun: dict[str, Any] | None = None
    for line in lines:
        if line["what"] == "speech_began":
            assert begun is None, f"{line} begins while {begun} is spoken"
            begun = line
        else:
            assert begun is not None and begun["text"] == line["text"]
            found.append((begun["monotonic_s"], line["monotonic_s"]))
            begun = None
    return found


async def test_a_call_is_a_chime_and_then_its_sentences_twice(stage: Stage) -> None:
    stage.call("A001")
    await stage.until(lambda: stage.spoken == ["A001"])
    assert [sound.name.split()[0] for sound in stage.speaker.played] == ["chime", "Ticket", "请A", "Ticket", "请A"]
    assert {sound.volume for sound in stage.speaker.played} == {70}
    [announced] = stage.log("announced")
    assert (announced["number"], announced["window"], announced["form"]) == ("A001", 3, "full")


async def test_a_call_is_kept_as_said_after_its_voice_was_made_and_before_it_is_heard(stage: Stage) -> None:
    kept: list[tuple[str, int]] = []
    make = stage.voice.make

    def noted(text: str, lang: str, path: Path) -> None:
        kept.append(("made", len(stage.memory.read())))
        make(text, lang, path)

    stage.voice.make = noted  # type: ignore[method-assign]
    stage.speech._speaker = SimulatedSpeaker(lambda _: kept.append(("heard", len(stage.memory.read()))))
    stage.call("A001")
    await stage.until(lambda: stage.spoken == ["A001"])
    assert set(kept) == {("made", 0), ("heard", 1)}


async def test_a_burst_is_spoken_in_order_without_overlap_and_nobody_is_left_out(tmp_path: Path) -> None:
    stage, speaking, most = Stage(tmp_path), threading.Lock(), []

    def play(seconds: float) -> None:
        most.append(speaking.acquire(blocking=False))
        threading.Event().wait(seconds / 500)
        speaking.release()

    stage.speaker = SimulatedSpeaker(play)
    stage.speech._speaker = stage.speaker
    numbers = [f"A{at:03d}" for at in range(20)]
    for window, number in enumerate(numbers):
        stage.call(number, window + 1)
    await stage.until(lambda: len(stage.spoken) == 20)
    assert all(most), "no sound began while another was playing"
    assert [line["number"] for line in stage.log("announced")] == numbers
    ends = spans(stage.log("speech_began", "speech_ended"))
    assert all(before[1] <= after[0] for before, after in pairwise(ends))
    backlog = [line["waiting"] for line in stage.log("chime_began")]
    assert backlog == sorted(backlog, reverse=True) and backlog[0] == 16


async def test_who_comes_while_the_call_is_spoken_is_not_called_a_second_time(stage: Stage) -> None:
    def play(_: float) -> None:
        if len(stage.speaker.played) == 2:
            asyncio.run_coroutine_threadsafe(ended(), running).result(5)

    async def ended() -> None:
        stage.end("A001")

    running = asyncio.get_running_loop()
    stage.speaker._wait = play
    stage.call("A001")
    await stage.until(lambda: stage.spoken == ["A001"])
    assert [sound.name.split()[0] for sound in stage.speaker.played] == ["chime", "Ticket", "请A"]
    assert [(line["round"], line["lang"]) for line in stage.log("cut")] == [(2, "en"), (2, "zh")]


async def test_it_is_kept_as_said_before_a_sound_is_heard(stage: Stage) -> None:
    kept: list[Any] = []
    stage.speaker._wait = lambda _: kept.append(stage.memory.read())
    stage.call("A001")
    await stage.until(lambda: stage.spoken == ["A001"])
    assert list(kept[0]) == [("A001", 3, 1, "voice")]
    again = Stage(stage.folder)
    again.call("A001")
    again.call("B001", 4)
    await again.until(lambda: again.spoken != [])
    assert again.spoken == ["B001"], "an agent that starts again says nothing twice"


async def test_a_loudspeaker_that_fails_is_tried_again_and_nothing_is_lost(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "AGAIN_S", 0.01)
    stage.speaker.broken = "NOT_FOUND"
    stage.call("A001")
    stage.call("B001", 4)
    await stage.until(lambda: len(stage.log("failed")) >= 3)
    assert stage.speech.health.code == "NOT_FOUND"
    assert stage.memory.read() == {}, "what nobody heard is not kept as said"
    stage.speaker.broken = ""
    await stage.until(lambda: stage.spoken == ["A001", "B001"])
    assert stage.speech.health.ok


async def test_a_language_without_a_voice_leaves_chinese(stage: Stage) -> None:
    stage.voice.missing = frozenset({"ja"})
    stage.call("A001", language="ja")
    await stage.until(lambda: stage.spoken == ["A001"])
    assert {line["lang"] for line in stage.log("speech_began")} == {"zh"}
    assert {(line["lang"], line["code"]) for line in stage.log("failed")} == {("ja", "NO_VOICE")}


async def test_without_any_voice_nothing_is_claimed_and_the_next_call_is_not_held_up(stage: Stage) -> None:
    stage.voice.missing = frozenset({"ja", "zh"})
    stage.call("A001", language="ja")
    stage.call("B001", 4, language="en")
    await stage.until(lambda: stage.spoken != [])
    assert stage.spoken == ["B001"]
    assert [line["number"] for line in stage.log("announced")] == ["B001"]
    assert [sound.name for sound in stage.speaker.played].count("chime") == 1, "no chime for nothing"


def test_a_memory_that_cannot_be_read_is_set_aside(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "announcer.json")
    memory.keep({("A001", 3, 1, "voice"): NOW}, "7")
    assert memory.read() == {("A001", 3, 1, "voice"): NOW}
    (tmp_path / "announcer.json").write_bytes(b"{half a")
    assert memory.read() == {}
    assert (tmp_path / "announcer.bad").read_bytes() == b"{half a"
    assert memory.read() == {}


def test_the_log_is_rotated_and_bounded(tmp_path: Path) -> None:
    log = AnnouncerLog(tmp_path / "announcer.jsonl", most_bytes=1000)
    for at in range(100):
        log.write("announced", number=f"A{at:03d}")
    assert {path.name for path in tmp_path.iterdir()} - {"announcer.jsonl"} == {
        f"announcer.{at}.jsonl" for at in range(1, KEPT + 1)
    }
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 6000
    newest = (tmp_path / "announcer.1.jsonl").read_text().splitlines()
    oldest = (tmp_path / "announcer.3.jsonl").read_text().splitlines()
    assert json.loads(oldest[-1])["number"] < json.loads(newest[0])["number"]


HALL = {
    "timezone": "Asia/Shanghai",
    "zones": [
        {"id": "z1", "volume": 65, "quiet": [["12:00", "13:30"]]},
        {"id": "z2", "volume": 0, "quiet": []},
        {"id": "z3", "volume": 50, "quiet": [["22:00", "06:00"]]},
    ],
}


@pytest.mark.parametrize(
    ("zone", "utc", "volume"),
    [
        ("z1", "03:59", 65), ("z1", "04:00", 0), ("z1", "05:29", 0), ("z1", "05:30", 65), ("z2", "04:00", 0),
        ("z3", "13:59", 50), ("z3", "14:00", 0), ("z3", "21:59", 0), ("z3", "22:00", 50),
        ("new", "04:00", USUAL_VOLUME),
    ],
)  # fmt: skip
def test_a_zone_is_quiet_in_its_hours_on_the_halls_clock(zone: str, utc: str, volume: int) -> None:
    zones = Zones()
    zones.learn(HALL)
    assert zones.volume(zone, seconds(f"2026-01-30T{utc}:00.000Z")) == volume


def test_a_call_is_told_as_the_server_takes_it() -> None:
    call = Call(number="A001", window=3, zone="z1", times=2, language="en", at=NOW)
    assert call.facts == {"window": 3, "number": "A001", "times": 2}
