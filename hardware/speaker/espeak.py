"""The voice of espeak-ng, driven by pyttsx3."""

import json
import subprocess
import sys
from pathlib import Path

from hardware.errors import DeviceError
from hardware.health import WELL, Health
from hardware.speaker import utter
from hardware.speaker.waves import seconds_of

RATE_WPM = 140
"""A fifth slower than the voice's own: for a hall that echoes, and for people over 65."""
LONGEST_S = 20.0
VOICES = {
    "zh": ("sit/cmn-latn-pinyin",),
    "en": ("gmw/en", "gmw/en-us"),
    "de": ("gmw/de",),
    "ja": ("jpx/ja",),
    "ko": ("ko",),
    "ru": ("zle/ru",),
}
"""By language. Not `sit/cmn`: in espeak-ng 1.51 it turns characters into pinyin and reads that as English letters and
digits ("king three ..."); the pinyin voice reads characters and single letters right, in 1.51 and in later ones."""


class EspeakVoice:
    """Each text is made by a process of its own: see `utter` for why."""

    version = f"espeak-{RATE_WPM}-1"

    def __init__(self, longest_s: float = LONGEST_S) -> None:
        self._longest_s = longest_s
        self._health = WELL

    def make(self, text: str, lang: str, path: Path) -> None:
        """Writes the WAV of a text. Raises NO_VOICE, MISSING_PROGRAM, NOT_ANSWERING."""
        try:
            self._make(text, lang, path)
        except DeviceError as error:
            self._health = Health(ok=False, code=error.code, facts=error.facts)
            raise
        self._health = WELL

    def health(self) -> Health:
        """How the last text went."""
        return self._health

    def _make(self, text: str, lang: str, path: Path) -> None:
        if not text.strip() or lang not in VOICES:
            raise DeviceError("NO_VOICE", language=lang)
        order = {"text": text, "voices": VOICES[lang], "rate": RATE_WPM, "path": str(path)}
        try:
            done = subprocess.run(
                [sys.executable, "-m", utter.__name__], input=json.dumps(order).encode(),
                capture_output=True, timeout=self._longest_s, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise DeviceError("NOT_ANSWERING", program="espeak-ng", language=lang) from error
        _check(done.returncode, done.stderr, lang)
        if seconds_of(path.read_bytes()) == 0:
            raise DeviceError("NO_VOICE", language=lang, said="an empty sound")


def _check(status: int, said: bytes, lang: str) -> None:
    if status == 0:
        return
    words = said.decode(errors="replace").strip()[-200:]
    if status == utter.MISSING_PROGRAM:
        raise DeviceError("MISSING_PROGRAM", program="espeak-ng", said=words)
    raise DeviceError("NO_VOICE", language=lang, status=status, said=words)
