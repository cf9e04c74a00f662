"""A loudspeaker and a voice in memory."""

import array
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hardware.errors import DeviceError
from hardware.health import WELL, Health
from hardware.speaker.waves import LOUDEST, RATE, at_volume, loudness_of, seconds_of, wav


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """One sound that was heard."""

    name: str
    volume: int
    seconds: float
    loudness: float


class SimulatedSpeaker:
    """Remembers what it played. `wait` passes the time that a sound takes; `broken` is the code that it fails with."""

    def __init__(self, wait: Callable[[float], None] = lambda _: None) -> None:
        self.played: list[Played] = []
        self.broken = ""
        self._wait = wait

    def play(self, sound: bytes, volume: int, name: str = "") -> None:
        """Plays a whole WAV. Raises GARBLED, and what is broken."""
        seconds, loudness = seconds_of(sound), loudness_of(at_volume(sound, volume))
        if self.broken:
            raise DeviceError(self.broken)
        self._wait(seconds)
        self.played.append(Played(name=name, volume=volume, seconds=seconds, loudness=loudness))

    def health(self) -> Health:
        return Health(ok=False, code=self.broken) if self.broken else WELL

    def close(self) -> None:
        """Nothing to let go."""


class SimulatedVoice:
    """Hums for as long as somebody would speak: 60 ms a character. `missing` languages have no voice."""

    version = "hum-1"

    def __init__(self, missing: frozenset[str] = frozenset()) -> None:
        self.made: list[tuple[str, str]] = []
        self.missing = missing

    def make(self, text: str, lang: str, path: Path) -> None:
        """Writes a hum. Raises NO_VOICE."""
        if lang in self.missing or not text.strip():
            raise DeviceError("NO_VOICE", language=lang)
        count = int(0.06 * len(text) * RATE)
        hum = (int(LOUDEST * 0.3 * math.sin(2 * math.pi * 220 * at / RATE)) for at in range(count))
        path.write_bytes(wav(array.array("h", hum)))
        self.made.append((lang, text))

    def health(self) -> Health:
        return WELL
