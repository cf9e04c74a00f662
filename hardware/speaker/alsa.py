"""A sound card, by the program `aplay` of alsa-utils. Address: `alsa:` or `alsa:DEVICE` as `aplay -D` takes it."""

import shutil
import subprocess

from hardware.errors import DeviceError
from hardware.health import WELL, Health
from hardware.speaker.waves import at_volume, seconds_of, silence

PROGRAM = "aplay"
GRACE_S = 8.0
"""How much longer than the sound itself the program may take."""
PROBE = silence(0.05)


class AlsaSpeaker:
    """One `aplay` for each sound; it ends when the sound has been heard."""

    def __init__(self, address: str, grace_s: float = GRACE_S) -> None:
        self._device = address.partition(":")[2].removeprefix("//")
        self._grace_s = grace_s
        self._health: Health | None = None

    def play(self, sound: bytes, volume: int, name: str = "") -> None:
        """Plays a whole WAV. Raises MISSING_PROGRAM, NOT_FOUND (no such card), NOT_ANSWERING, GARBLED."""
        try:
            self._play(at_volume(sound, volume), seconds_of(sound))
        except DeviceError as error:
            error.facts["sound"] = name
            self._health = Health(ok=False, code=error.code, facts=error.facts)
            raise
        self._health = WELL

    def health(self) -> Health:
        """How the last sound went; before the first and after a failure a moment of silence is played to see."""
        if self._health is None or not self._health.ok:
            try:
                self.play(PROBE, 100)
            except DeviceError as error:
                return Health(ok=False, code=error.code, facts=error.facts)
        return self._health or WELL

    def close(self) -> None:
        """Nothing is held open between sounds."""

    def _play(self, sound: bytes, seconds: float) -> None:
        program = shutil.which(PROGRAM)
        if program is None:
            raise DeviceError("MISSING_PROGRAM", program=PROGRAM)
        device = ["-D", self._device] if self._device else []
        try:
            done = subprocess.run(
                [program, "-q", "-t", "wav", *device, "-"], input=sound, capture_output=True,
                timeout=seconds + self._grace_s, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise DeviceError("NOT_ANSWERING", program=PROGRAM, device=self._device) from error
        except OSError as error:
            raise DeviceError("NO_RIGHT", program=program, said=str(error)) from error
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip()[-200:]
            raise DeviceError("NOT_FOUND", device=self._device or "default", said=said)
