"""What a diversion has really brought: the waits that were expected without it, less those that came.

Its visitors are those who wait for the queues that it touches when it begins, and those who come within 90 minutes.
What was expected is kept as it begins, when nothing of it is to be seen yet; who leaves counts on neither side.
Diversions that run at once share their effect: it is told of each, and teaches nothing.
"""

import numpy as np
from msgspec import Struct

from queue_server.diversion.whatif import AHEAD_S, Change, Waits, tweak_of, waits, wide_parts
from queue_server.domain.refusals import Refusal
from queue_server.forecast.builder import Tweak
from queue_server.forecast.forecaster import Forecaster
from queue_server.forecast.heard import Heard
from queue_server.forecast.parts import Part

FOLLOWED_MS = int(AHEAD_S) * 1000
PATIENCE_MS = 2 * 3_600_000
"""Who came in time is waited for so much longer."""
FEWEST = 5
"""An effect on fewer visitors is none."""


class Effect(Struct, frozen=True, kw_only=True):
    """What one diversion brought, in seconds of its visitors' waits; positive is good."""

    diversion: str
    mean_s: float
    p90_s: float


class Course(Struct, kw_only=True):
    """A diversion on its way."""

    action: str
    queues: frozenset[str]
    began_at: int
    without: Waits
    predicted_s: float
    """What the mean was to fall by."""
    waiting: dict[str, int]
    """Its visitors who are not called yet: since when, in ms."""
    waited_s: list[float]
    alone: bool = True

    def is_over(self, at: int) -> bool:
        """Whether nothing more is to be learnt of it."""
        return at > self.began_at + FOLLOWED_MS and (not self.waiting or at > self.began_at + FOLLOWED_MS + PATIENCE_MS)


class Effects:
    """One hall's. It hears each event after the forecaster did, and teaches it how far its predictions are believed."""

    def __init__(self, forecaster: Forecaster) -> None:
        self._forecaster = forecaster
        self._courses: dict[str, Course] = {}
        self._known: set[str] = set()
        self._ended: set[str] = set()
        self._effects: dict[str, Effect] = {}

    def hear(self, heard: Heard) -> None:
        """Moves on by one event."""
        if heard.name == "DiversionStarted" and heard.diversion and heard.diversion not in self._known:
            self._begin(heard)
        elif heard.name == "DiversionEnded":
            self._ended.add(heard.diversion)
        for diversion, course in list(self._courses.items()):
            self._follow(course, heard)
            if course.is_over(heard.at):
                self._measure(diversion, course)

    def told(self) -> list[Effect]:
        """What today's diversions have brought that ended, as far as it is known."""
        return [effect for effect in self._effects.values() if effect.diversion in self._ended]

    def end_day(self) -> None:
        """What is still on its way is measured by those who were called."""
        for diversion, course in list(self._courses.items()):
            self._measure(diversion, course)
        for known in (self._known, self._ended, self._effects):
            known.clear()

    def _begin(self, heard: Heard) -> None:
        forecaster, know = self._forecaster, self._forecaster.knowledge
        self._known.add(heard.diversion)
        change = Change(action=heard.action, window=heard.window, queue=heard.queue, service=heard.service)
        try:
            tweak = tweak_of(forecaster, (change,))
        except Refusal:
            return  # about nothing that the forecast knows of
        parts = [part for part in wide_parts(know, tweak.queues) if _touched(forecaster, part, heard)]
        queues = frozenset(queue for part in parts for queue in part.queues)
        without, with_ = (self._expected(parts, tried) for tried in (Tweak(), tweak))
        here = {ticket: v.came for queue in queues for ticket, v in know.scene.queues.get(queue, {}).items()}
        course = Course(
            action=heard.action, queues=queues, began_at=heard.at, without=without, waiting=here, waited_s=[],
            predicted_s=without.mean_s - with_.mean_s,
        )  # fmt: skip
        for other in self._courses.values():
            if other.queues & queues and heard.at < other.began_at + FOLLOWED_MS:
                other.alone = course.alone = False
        self._courses[heard.diversion] = course

    def _expected(self, parts: list[Part], tweak: Tweak) -> Waits:
        runs = [self._forecaster.imagine(part, tweak, AHEAD_S) for part in parts]
        return waits([np.concatenate(run) for run in zip(*runs, strict=True)] or [np.zeros(0)])

    def _follow(self, course: Course, heard: Heard) -> None:
        if heard.name == "TicketIssued":
            visitor = self._forecaster.knowledge.scene.visitors.get(heard.ticket)
            if visitor and visitor.queue in course.queues and heard.at <= course.began_at + FOLLOWED_MS:
                course.waiting[heard.ticket] = heard.at
        elif heard.name == "TicketCalled":
            came = course.waiting.pop(heard.ticket, None)
            if came is not None:
                course.waited_s.append(max(heard.at - came, 0) / 1000)
        elif heard.name in {"TicketCancelled", "TicketExpired"}:
            course.waiting.pop(heard.ticket, None)

    def _measure(self, diversion: str, course: Course) -> None:
        del self._courses[diversion]
        if len(course.waited_s) < FEWEST:
            return
        real = waits([np.array(course.waited_s)])
        mean_s, p90_s = course.without.mean_s - real.mean_s, course.without.p90_s - real.p90_s
        self._effects[diversion] = Effect(diversion=diversion, mean_s=round(mean_s, 1), p90_s=round(p90_s, 1))
        if course.alone:
            self._forecaster.knowledge.trust.learn(course.action, course.predicted_s, mean_s)


def _touched(forecaster: Forecaster, part: Part, heard: Heard) -> bool:
    queue = forecaster.knowledge.queue_of(heard.service) if heard.service else heard.queue
    return heard.window in part.windows or queue in part.queues
