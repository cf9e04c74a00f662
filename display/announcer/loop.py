"""Speaks what the rules give out: chime, then sentences, one after the other, never two at once."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from display.announcer.calls import Call
from display.announcer.log import AnnouncerLog
from display.announcer.plans import Announcement, Sentence
from display.announcer.rules import Announcer
from hardware.errors import DeviceError
from hardware.health import WELL, Health
from hardware.speaker.cache import VoiceCache
from hardware.speaker.chime import chime
from hardware.speaker.port import Loudspeaker

AGAIN_S = 3.0
"""A loudspeaker that failed is tried again after this."""
LOOK_S = 10.0
"""A loudspeaker that has nothing to say is asked so often how it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sound:
    sentence: Sentence
    wav: bytes


class Speech:
    """The one who speaks. `run` in one task only; `wake` whenever the announcer may have something new."""

    def __init__(
        self,
        announcer: Announcer,
        speaker: Loudspeaker,
        voices: VoiceCache,
        log: AnnouncerLog,
        keep: Callable[[], None],
        volume_of: Callable[[str], int],
        spoken: Callable[[Call], None],
    ) -> None:
        self._announcer = announcer
        self._speaker = speaker
        self._voices = voices
        self._log = log
        self._keep = keep
        self._volume_of = volume_of
        self._spoken = spoken
        self._wake = asyncio.Event()
        self.health = WELL

    def wake(self) -> None:
        """Something may be to be said."""
        self._wake.set()

    async def run(self) -> None:
        """For ever. What is begun is ended before the next begins; nobody else uses the loudspeaker."""
        await self._look()
        while True:
            announcement = self._announcer.next(self._volume_of)
            if announcement is None:
                await self._rest()
            elif not await self.speak(announcement):
                await asyncio.sleep(AGAIN_S)

    async def _rest(self) -> None:
        self._wake.clear()
        try:
            await asyncio.wait_for(self._wake.wait(), LOOK_S)
        except TimeoutError:
            await self._look()

    async def _look(self) -> None:
        self.health = await asyncio.to_thread(self._speaker.health)

    async def speak(self, announcement: Announcement) -> bool:
        """Announces it. False when the loudspeaker failed and calls of which nothing was heard were put back."""
        sounds = [sound for sentence in announcement.sentences() if (sound := await self._sound(sentence))]
        self._keep()  # not before the sounds are made, which takes a while: who is killed then has said nothing yet
        heard: set[Call] = set()
        try:
            await self._play(announcement, sounds, heard)
        except DeviceError as error:
            unheard = [call for call in announcement.calls if call not in heard]
            for call in unheard:
                self._log.write("failed", **call.facts, code=error.code)
            self._announcer.put_back(unheard)
            self._keep()
            self.health = Health(ok=False, code=error.code, facts=error.facts)
            return False
        finally:
            for call in heard:
                self._spoken(call)
        self.health = WELL if heard else self.health
        return True

    async def _sound(self, sentence: Sentence) -> Sound | None:
        """The sentence as a sound; None, with its reason in the log, where it has no voice."""
        try:
            wav = await asyncio.to_thread(self._voices.sound, sentence.text, sentence.lang)
        except DeviceError as error:
            self._log.write("failed", **sentence.call.facts, lang=sentence.lang, code=error.code)
            return None
        return Sound(sentence=sentence, wav=wav)

    async def _play(self, announcement: Announcement, sounds: list[Sound], heard: set[Call]) -> None:
        begun = False
        for sound in self._still_wanted(sounds):
            if not begun:
                begun = True
                self._log.write("chime_began", calls=[call.facts for call in announcement.calls], **self._state())
                await asyncio.to_thread(self._speaker.play, chime(), announcement.volume, "chime")
            await self._say(sound, announcement)
            heard.add(sound.sentence.call)
        for call in announcement.calls:
            if call in heard:
                self._log.write("announced", **call.facts, form=announcement.manner.form, **self._state())

    def _still_wanted(self, sounds: list[Sound]) -> Iterator[Sound]:
        """Those whose call has not ended when their turn comes."""
        for sound in sounds:
            if self._announcer.stands(sound.sentence.call):
                yield sound
            else:
                sentence = sound.sentence
                self._log.write("cut", **sentence.call.facts, round=sentence.round, lang=sentence.lang)

    async def _say(self, sound: Sound, announcement: Announcement) -> None:
        sentence = sound.sentence
        facts = {
            **sentence.call.facts, "lang": sentence.lang, "round": sentence.round,
            "form": announcement.manner.form, "text": sentence.text,
        }  # fmt: skip
        self._log.write("speech_began", **facts, **self._state())
        await asyncio.to_thread(self._speaker.play, sound.wav, announcement.volume, sentence.text)
        self._log.write("speech_ended", **facts)

    def _state(self) -> dict[str, float | int]:
        return {"waiting": len(self._announcer.waiting), "backlog_s": round(self._announcer.backlog_s, 1)}
