"""How calls are announced: in full and twice while there is time, shortened for all alike when there is not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from display.announcer.calls import Call
from queue_server.languages.spoken import FULL, SHORT, announcement, languages_for

CHIME_S, SENTENCE_S, SHORT_S = 1.5, 6.0, 4.0
"""What a chime and a sentence take, rounded up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """One way to announce calls. `together` is how many share a chime."""

    form: str
    rounds: int
    together: int

    def seconds(self, calls: Sequence[Call]) -> float:
        """What it takes to announce all of these so."""
        sentence = SENTENCE_S if self.form == FULL else SHORT_S
        sentences = sum(len(languages_for(call.language)) for call in calls) * self.rounds
        return -(-len(calls) // self.together) * CHIME_S + sentences * sentence


MANNERS = (
    Manner(form=FULL, rounds=2, together=1),
    Manner(form=FULL, rounds=1, together=1),
    Manner(form=SHORT, rounds=1, together=4),
)
"""From the best to the shortest. In each, every call is spoken in its visitor's language and in Chinese."""
BOUND_S = 45.0
"""Nobody should hear their number later than this after it came to be spoken, while anything can be shortened."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    call: Call
    round: int
    lang: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Announcement:
    """What follows one chime."""

    calls: tuple[Call, ...]
    manner: Manner
    volume: int

    def sentences(self) -> Iterator[Sentence]:
        """In the order in which they are spoken: each round has every language, so that a round says all."""
        for number in range(1, self.manner.rounds + 1):
            for call in self.calls:
                for lang in languages_for(call.language):
                    text = announcement(lang, call.number, call.window, self.manner.form)
                    yield Sentence(call=call, round=number, lang=lang, text=text)


def manner_for(waiting: Sequence[Call]) -> Manner:
    """The best manner in which all that wait are announced within the bound; else the shortest."""
    return next((manner for manner in MANNERS if manner.seconds(waiting) <= BOUND_S), MANNERS[-1])
