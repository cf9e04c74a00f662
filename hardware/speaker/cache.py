"""Spoken texts on disk, so that each is made once: `DIR/<digest>.wav`."""

import contextlib
import errno
import hashlib
import os
from pathlib import Path

from hardware.errors import DeviceError
from hardware.speaker.port import Voice

MOST_BYTES = 200 * 1024 * 1024
"""About a thousand sentences; the one not heard for longest goes first."""


class VoiceCache:
    """Texts by voice version and language. A file is whole or not there: it is renamed into place."""

    def __init__(self, voice: Voice, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._voice = voice
        self._folder = folder
        self._most_bytes = most_bytes
        folder.mkdir(parents=True, exist_ok=True)
        for left_over in folder.glob("*.part"):
            left_over.unlink(missing_ok=True)

    def sound(self, text: str, lang: str) -> bytes:
        """The WAV of a text. Raises what the voice raises, and DISK_FULL."""
        path = self._folder / f"{self._digest(text, lang)}.wav"
        with contextlib.suppress(OSError):
            found = path.read_bytes()
            os.utime(path)
            return found
        try:
            return self._made(text, lang, path)
        except OSError as error:
            raise DeviceError("DISK_FULL" if error.errno == errno.ENOSPC else "NO_RIGHT", path=str(path)) from error

    def _made(self, text: str, lang: str, path: Path) -> bytes:
        part = path.with_suffix(".part")
        try:
            self._voice.make(text, lang, part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        made = path.read_bytes()
        self._bound(path)
        return made

    def _bound(self, newest: Path) -> None:
        """Deletes what was not heard for longest, until the rest fits."""
        files = sorted(self._folder.glob("*.wav"), key=lambda path: path.stat().st_mtime_ns)
        size = sum(path.stat().st_size for path in files)
        for path in files:
            if size <= self._most_bytes or path == newest:
                break
            size -= path.stat().st_size
            path.unlink(missing_ok=True)

    def _digest(self, text: str, lang: str) -> str:
        return hashlib.sha256("\0".join((self._voice.version, lang, text)).encode()).hexdigest()[:32]
