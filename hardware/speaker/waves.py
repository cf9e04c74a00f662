"""Sounds as WAV bytes: 16 bit, mono."""

import array
import io
import sys
import wave

from hardware.errors import DeviceError

RATE = 22050
LOUDEST = 32767


def wav(samples: "array.array[int]", rate: int = RATE) -> bytes:
    """A WAV of these samples."""
    if sys.byteorder == "big":
        samples = array.array("h", samples)
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def samples_of(sound: bytes) -> tuple["array.array[int]", int]:
    """Samples and rate of a WAV. Raises GARBLED for what is none of ours."""
    try:
        with wave.open(io.BytesIO(sound), "rb") as source:
            if (source.getnchannels(), source.getsampwidth()) != (1, 2):
                raise wave.Error("not 16 bit mono")
            samples, rate = array.array("h", source.readframes(source.getnframes())), source.getframerate()
            if len(samples) != source.getnframes():
                raise wave.Error("cut short")
    except (wave.Error, EOFError, ValueError) as error:
        raise DeviceError("GARBLED", said=str(error)) from error
    if sys.byteorder == "big":
        samples.byteswap()
    return samples, rate


def seconds_of(sound: bytes) -> float:
    """How long a WAV plays."""
    samples, rate = samples_of(sound)
    return len(samples) / rate


def loudness_of(sound: bytes) -> float:
    """The root mean square of its samples, 0 for silence and 1 for the most there is."""
    samples, _ = samples_of(sound)
    return float((sum(sample * sample for sample in samples) / max(1, len(samples))) ** 0.5) / LOUDEST


def at_volume(sound: bytes, volume: int) -> bytes:
    """The same sound at 0..100 of its loudness."""
    share = min(100, max(0, volume)) / 100
    if share == 1:
        return sound
    samples, rate = samples_of(sound)
    return wav(array.array("h", (int(sample * share) for sample in samples)), rate)


def silence(seconds: float) -> bytes:
    """Nothing to hear, for so long."""
    return wav(array.array("h", bytes(2 * int(seconds * RATE))))
