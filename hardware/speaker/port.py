"""What a voice and a loudspeaker do. Both block, with a time limit; use a thread."""

from pathlib import Path
from typing import Protocol

from hardware.health import Health


class Voice(Protocol):
    """Turns text into sound. `version` changes whenever the same text would sound otherwise."""

    version: str

    def make(self, text: str, lang: str, path: Path) -> None:
        """Writes a WAV (16 bit, mono). Raises `DeviceError`: NO_VOICE, MISSING_PROGRAM, NOT_ANSWERING, DISK_FULL."""

    def health(self) -> Health: ...


class Loudspeaker(Protocol):
    """Plays one sound at a time."""

    def play(self, sound: bytes, volume: int, name: str = "") -> None:
        """Plays a whole WAV at 0..100 and returns when it has been heard. Raises `DeviceError`.

        `name` says what it is, for those who keep a log.
        """

    def health(self) -> Health:
        """How it is now; a loudspeaker that failed is tried again with a moment of silence."""

    def close(self) -> None: ...
