"""Voices: one suite on the simulator and on espeak-ng, and what is kept of what they said."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hardware.errors import DeviceError
from hardware.speaker import espeak
from hardware.speaker.cache import VoiceCache
from hardware.speaker.espeak import EspeakVoice
from hardware.speaker.port import Voice
from hardware.speaker.simulator import SimulatedVoice
from hardware.speaker.waves import loudness_of, seconds_of
from queue_server.languages.spoken import SHORT, SPOKEN, announcement


@pytest.fixture(params=[SimulatedVoice, EspeakVoice], ids=["simulated", "espeak"])
def voice(request: pytest.FixtureRequest) -> Voice:
    made: Voice = request.param()
    return made


def made_by(voice: Voice, text: str, lang: str, folder: Path) -> bytes:
    voice.make(text, lang, folder / "made.wav")
    return (folder / "made.wav").read_bytes()


@pytest.mark.parametrize("lang", SPOKEN)
def test_a_call_is_spoken_and_no_silence(voice: Voice, lang: str, tmp_path: Path) -> None:
    sound = made_by(voice, announcement(lang, "A001", 3), lang, tmp_path)
    assert 0.7 < seconds_of(sound) < 9.0
    assert loudness_of(sound) > 0.02
    assert voice.health().ok


@pytest.mark.parametrize("lang", SPOKEN)
def test_more_digits_take_longer_and_the_short_form_is_shorter(voice: Voice, lang: str, tmp_path: Path) -> None:
    three, four, six = (
        seconds_of(made_by(voice, announcement(lang, number, 3), lang, tmp_path))
        for number in ("A345", "A3452", "A345289")
    )
    short = seconds_of(made_by(voice, announcement(lang, "A345", 3, SHORT), lang, tmp_path))
    assert short < three < four < six
    assert six - three > 2 * (four - three), "each digit is spoken by itself, none is drawn into a number"


@pytest.mark.parametrize("lang", ["fr", "", "../zh"])
def test_a_language_without_a_voice_is_refused(voice: Voice, lang: str, tmp_path: Path) -> None:
    if isinstance(voice, SimulatedVoice):
        voice.missing = frozenset({lang})
    with pytest.raises(DeviceError) as refused:
        voice.make("hello", lang, tmp_path / "x.wav")
    assert refused.value.code == "NO_VOICE"


def phonemes(voice: str, text: str) -> str:
    asked = ["espeak-ng", "-q", "--ipa", "-v", voice, text]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("lang", SPOKEN)
def test_every_sign_is_read_in_its_own_language(lang: str) -> None:
    """espeak-ng marks what it reads in English with `(en)`: its Mandarin voice does that to all of its own output."""
    said = announcement(lang, "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 236)
    voice = espeak.VOICES[lang][0].rpartition("/")[2]
    assert "(en)" not in phonemes(voice, said)


def test_a_voice_that_espeak_lacks_is_no_voice_rather_than_english(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(espeak.VOICES, "ja", ("jpx/no-such-voice",))
    voice = EspeakVoice()
    with pytest.raises(DeviceError) as refused:
        voice.make("text", "ja", tmp_path / "x.wav")
    assert refused.value.code == "NO_VOICE"
    assert voice.health().code == "NO_VOICE"


def test_a_sound_that_cannot_be_written_is_an_error_although_pyttsx3_says_none(tmp_path: Path) -> None:
    with pytest.raises(DeviceError) as refused:
        EspeakVoice().make("hello", "en", tmp_path / "no" / "folder" / "x.wav")
    assert refused.value.code == "NO_VOICE"


def test_a_voice_without_espeak_names_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pyttsx3.py").write_text("raise OSError('libespeak-ng.so.1: cannot open shared object file')")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    with pytest.raises(DeviceError) as missing:
        EspeakVoice().make("hello", "en", tmp_path / "x.wav")
    assert (missing.value.code, missing.value.facts["program"]) == ("MISSING_PROGRAM", "espeak-ng")


def test_a_voice_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pyttsx3.py").write_text("import time; time.sleep(600)")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    with pytest.raises(DeviceError) as stuck:
        EspeakVoice(longest_s=0.5).make("hello", "en", tmp_path / "x.wav")
    assert stuck.value.code == "NOT_ANSWERING"


def test_a_text_sounds_the_same_however_busy_the_machine_is(tmp_path: Path) -> None:
    """In one process pyttsx3 would end with a double free; in its usual mode some texts would be spoken too fast."""
    voice, text = EspeakVoice(), announcement("en", "A777", 3)
    threads = [threading.Thread(target=voice.make, args=(text, "en", tmp_path / f"{at}.wav")) for at in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    sounds = {(tmp_path / f"{at}.wav").read_bytes() for at in range(24)}
    assert len(sounds) == 1
    assert loudness_of(sounds.pop()) > 0.02


def test_a_text_is_made_once_and_then_kept(tmp_path: Path) -> None:
    voice = SimulatedVoice()
    cache = VoiceCache(voice, tmp_path)
    first = cache.sound("hello", "en")
    assert VoiceCache(voice, tmp_path).sound("hello", "en") == first == cache.sound("hello", "en")
    assert voice.made == [("en", "hello")]


def test_another_language_or_voice_is_another_sound(tmp_path: Path) -> None:
    voice = SimulatedVoice()
    cache = VoiceCache(voice, tmp_path)
    cache.sound("hello", "en")
    cache.sound("hello", "de")
    voice.version = "hum-2"
    cache.sound("hello", "en")
    assert voice.made == [("en", "hello"), ("de", "hello"), ("en", "hello")]


def test_the_cache_is_bounded_and_lets_go_of_what_was_not_heard_for_longest(tmp_path: Path) -> None:
    voice = SimulatedVoice()
    size = len(VoiceCache(voice, tmp_path / "one").sound("0123456789", "en"))
    cache = VoiceCache(voice, tmp_path / "all", most_bytes=3 * size)
    for at, text in enumerate(["text number 1"[:10], "text no. 2", "text no. 3"]):
        cache.sound(text, "en")
        for path in (tmp_path / "all").glob("*.wav"):
            if path.stat().st_mtime > 1_000_000:
                os.utime(path, (at + 1, at + 1))
    cache.sound("text numbe", "en")  # the oldest is heard again
    cache.sound("text no. 4", "en")
    assert len(list((tmp_path / "all").glob("*.wav"))) == 3
    voice.made.clear()
    cache.sound("text numbe", "en")
    cache.sound("text no. 2", "en")
    assert voice.made == [("en", "text no. 2")]


def test_a_sound_cut_short_by_a_crash_is_never_taken_for_whole(tmp_path: Path) -> None:
    voice = SimulatedVoice()
    VoiceCache(voice, tmp_path).sound("hello", "en")
    [whole] = tmp_path.glob("*.wav")
    whole.with_suffix(".part").write_bytes(whole.read_bytes()[:100])
    whole.unlink()
    cache = VoiceCache(voice, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert seconds_of(cache.sound("hello", "en")) > 0


def test_a_voice_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    cache = VoiceCache(SimulatedVoice(missing=frozenset({"ja"})), tmp_path)
    with pytest.raises(DeviceError):
        cache.sound("hello", "ja")
    assert list(tmp_path.iterdir()) == []


def test_utter_refuses_by_its_status() -> None:
    order = json.dumps({"text": "hello", "voices": [], "rate": 140, "path": "/nowhere"})
    done = subprocess.run(
        [sys.executable, "-m", "hardware.speaker.utter"], input=order, capture_output=True, text=True, check=False
    )
    assert done.returncode == 4
