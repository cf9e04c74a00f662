"""What a hall sets for itself: numbering, priorities, rules, calling."""

from queue_server.contract.hall_file.fields import fields, unique
from queue_server.contract.hall_file.place import Place
from queue_server.contract.hall_file.words import LANGUAGES
from queue_server.domain.hall import DEFAULT_CREDITS_MIN, Walking
from queue_server.domain.rules import Calling, Rules

LONGEST_CREDIT_MIN = 480

_ANNOUNCED = tuple(f"announce_{language}" for language in LANGUAGES)


def read_numbering(at: Place) -> None:
    """Checked and not kept: in every hall a number is a letter and three digits, by queue and day."""
    optional = ("format", "reset", "counter_scope", "appointment_format", "avoid_prefixes", *_ANNOUNCED)
    found = fields(at, (), optional)
    for key in ("format", "appointment_format", *_ANNOUNCED):
        found.text(key)
    found.choice("reset", ("daily",), "reset")
    found.choice("counter_scope", ("queue",), "counter scope")
    found.each("avoid_prefixes", Place.word)


def read_priorities(at: Place | None) -> dict[str, int]:
    """Credits in minutes: the usual ones, with those of the file added or in their place."""
    if at is None:
        return dict(DEFAULT_CREDITS_MIN)
    unique(at, "id", "priority")
    return {**DEFAULT_CREDITS_MIN, **dict(at.each(_priority))}


def _priority(at: Place) -> tuple[str, int]:
    found = fields(at, ("id", "credit_min"), LANGUAGES)
    found.names()
    return found.id(), found.whole("credit_min", 0, LONGEST_CREDIT_MIN)


def read_calling(at: Place) -> Calling:
    """When a silent call climbs."""
    usual = Calling()
    found = fields(at, (), ("flash_s", "voice_s", "unseen_s"))
    return Calling(
        flash_s=found.whole("flash_s", 0, 600, usual.flash_s),
        voice_s=found.whole("voice_s", 0, 600, usual.voice_s),
        unseen_s=found.whole("unseen_s", 1, 600, usual.unseen_s),
    )


def read_walking(at: Place) -> Walking:
    """How long visitors walk between zones, and who is not called while they do."""
    usual = Walking()
    found = fields(at, (), ("zone_min", "floor_min", "hold"))
    return Walking(
        zone_min=found.number("zone_min", 0, 60, usual.zone_min),
        floor_min=found.number("floor_min", 0, 60, usual.floor_min),
        hold=found.choice("hold", ("journeys", "all", "none"), "way to hold", usual.hold),
    )


def read_rules(at: Place) -> Rules:
    """The rules that the file sets; the others keep their defaults."""
    usual = Rules()
    keys = ("recalls", "recall_gap_s", "reinstate_places", "postpone_max_min", "undo_s")
    found = fields(at, (), keys)
    return Rules(
        recalls=found.whole("recalls", 0, 20, usual.recalls),
        recall_gap_s=found.whole("recall_gap_s", 0, 600, usual.recall_gap_s),
        reinstate_places=found.whole("reinstate_places", 0, 99, usual.reinstate_places),
        postpone_max_min=found.whole("postpone_max_min", 0, 480, usual.postpone_max_min),
        undo_s=found.whole("undo_s", 0, 60, usual.undo_s),
    )
