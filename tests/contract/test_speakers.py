"""Loudspeakers: one suite on the simulator, on files, and on the real driver with an emulated sound card."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hardware.errors import DeviceError
from hardware.registry import open_speaker
from hardware.speaker.alsa import AlsaSpeaker
from hardware.speaker.chime import chime
from hardware.speaker.emulator import EmulatedCard
from hardware.speaker.port import Loudspeaker
from hardware.speaker.simulator import SimulatedSpeaker
from hardware.speaker.waves import at_volume, loudness_of, samples_of, seconds_of, silence


@dataclass
class Bench:
    """A loudspeaker, what it was heard to play (seconds, loudness), and how to take it away."""

    speaker: Loudspeaker
    heard: Callable[[], list[tuple[float, float]]]
    unplug: Callable[[], None]
    plug_in: Callable[[], None]


def simulated(_: Path, __: pytest.MonkeyPatch) -> Bench:
    speaker = SimulatedSpeaker()

    def broken(code: str) -> Callable[[], None]:
        return lambda: setattr(speaker, "broken", code)

    return Bench(
        speaker, lambda: [(sound.seconds, sound.loudness) for sound in speaker.played], broken("NOT_FOUND"), broken("")
    )


def on_card(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    card = EmulatedCard(folder)
    monkeypatch.setenv("PATH", card.path)

    def heard() -> list[tuple[float, float]]:
        return [(sound["seconds"], sound["loudness"]) for sound in card.heard() if sound["seconds"] > 0.06]

    return Bench(open_speaker("alsa:hw:1"), heard, card.unplug, card.plug_in)


def in_files(folder: Path, _: pytest.MonkeyPatch) -> Bench:
    sounds = folder / "sounds"

    def heard() -> list[tuple[float, float]]:
        lines = [json.loads(line) for line in (sounds / "played.jsonl").read_text().splitlines()]
        found = [(sounds / line["file"]).read_bytes() for line in lines]
        return [(seconds_of(sound), loudness_of(sound)) for sound in found]

    away = folder / "away"

    def unplug() -> None:
        sounds.rename(away)
        sounds.write_text("a file is in the way")

    def plug_in() -> None:
        sounds.unlink()
        away.rename(sounds)

    return Bench(open_speaker(f"file://{sounds}"), heard, unplug, plug_in)


@pytest.fixture(params=[simulated, on_card, in_files], ids=lambda make: make.__name__)
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    made: Bench = request.param(tmp_path, monkeypatch)
    yield made
    made.speaker.close()


def test_a_sound_is_played_whole(bench: Bench) -> None:
    bench.speaker.play(chime(), 100)
    [(seconds, loudness)] = bench.heard()
    assert seconds == pytest.approx(seconds_of(chime()), abs=0.01)
    assert loudness == pytest.approx(loudness_of(chime()), abs=0.001)
    assert bench.speaker.health().ok


def test_volume_is_a_share_of_the_loudness(bench: Bench) -> None:
    for volume in (100, 50, 0):
        bench.speaker.play(chime(), volume)
    full, half, none = [loudness for _, loudness in bench.heard()]
    assert half == pytest.approx(full / 2, rel=0.02)
    assert none == 0


def test_sounds_are_played_in_the_order_given(bench: Bench) -> None:
    lengths = [0.3, 0.1, 0.2]
    for length in lengths:
        bench.speaker.play(silence(length), 100, f"{length}")
    assert [round(seconds, 2) for seconds, _ in bench.heard()] == lengths


def test_what_is_no_sound_is_refused_and_the_next_one_is_played(bench: Bench) -> None:
    with pytest.raises(DeviceError) as refused:
        bench.speaker.play(b"RIFF, but no more than that", 80)
    assert refused.value.code == "GARBLED"
    bench.speaker.play(chime(), 80)
    assert len(bench.heard()) == 1


def test_a_loudspeaker_that_is_gone_says_so_and_works_again_when_it_is_back(bench: Bench) -> None:
    bench.unplug()
    with pytest.raises(DeviceError) as failed:
        bench.speaker.play(chime(), 80)
    assert failed.value.code in {"NOT_FOUND", "NO_RIGHT"}
    assert bench.speaker.health().code == failed.value.code
    bench.plug_in()
    bench.speaker.play(chime(), 80)
    assert bench.speaker.health().ok
    assert len(bench.heard()) == 1


def test_a_card_that_comes_back_is_found_by_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmulatedCard(tmp_path) as card:
        monkeypatch.setenv("PATH", card.path)
        card.unplug()
        speaker = open_speaker("alsa:")
        assert speaker.health().code == "NOT_FOUND", "before anything was played"
        card.plug_in()
        assert speaker.health().ok


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    speaker = open_speaker("alsa:")
    with pytest.raises(DeviceError) as missing:
        speaker.play(chime(), 80)
    assert (missing.value.code, missing.value.facts["program"]) == ("MISSING_PROGRAM", "aplay")
    assert speaker.health().code == "MISSING_PROGRAM"


def test_a_card_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmulatedCard(tmp_path) as card:
        monkeypatch.setenv("PATH", card.path)
        card.hang()
        with pytest.raises(DeviceError) as stuck:
            AlsaSpeaker("alsa:", grace_s=0.2).play(silence(0.1), 80)
        assert stuck.value.code == "NOT_ANSWERING"


def test_the_device_is_the_one_of_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmulatedCard(tmp_path) as card:
        monkeypatch.setenv("PATH", card.path)
        for address in ("alsa:plughw:1,0", "alsa:", "alsa://front"):
            open_speaker(address).play(silence(0.1), 80)
        assert [sound["device"] for sound in card.heard()] == ["plughw:1,0", "default", "front"]


@pytest.mark.parametrize("address", ["", "alsa", "nonsense:there", "http://speaker", "file://"])
def test_a_wrong_address_is_refused(address: str) -> None:
    with pytest.raises(DeviceError) as wrong:
        open_speaker(address)
    assert wrong.value.code == "ADDRESS_WRONG"


def test_the_chime_is_two_tones_that_fade_without_a_click() -> None:
    samples, rate = samples_of(chime())
    loud = [max(abs(sample) for sample in samples[at : at + rate // 20]) for at in range(0, len(samples), rate // 20)]
    assert 1.0 <= len(samples) / rate <= 2.0
    assert max(loud) < 32000, "nothing is cut off"
    assert loud[0] > loud[7] < loud[9] > loud[-1], "struck, fading, struck again, fading"
    assert abs(samples[0]) < 300 and abs(samples[-1]) < 300
    assert loudness_of(chime()) > 0.05


def test_silence_at_no_volume_and_sound_at_full() -> None:
    assert loudness_of(at_volume(chime(), 0)) == 0
    assert at_volume(chime(), 100) == chime() == at_volume(chime(), 250)
