"""Interpreters whom the hall file names: `interpreters`."""

import re

from queue_server.contract.hall_file.fields import fields
from queue_server.contract.hall_file.hours import read_spans, weekdays_of
from queue_server.contract.hall_file.place import Place
from queue_server.contract.hall_file.words import WEEKDAYS
from queue_server.domain.interpreting import PlannedInterpreter, Shift

LANGUAGE = re.compile(r"[a-z]{2,3}")
ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
LONGEST_NAME = 64
LONGEST_PHONE = 32
USUAL_KEYS = (*WEEKDAYS, "mon_fri", "sat_sun")


def read_interpreter(at: Place) -> PlannedInterpreter:
    """One of them; without `shifts` they have no set hours."""
    found = fields(at, ("id", "name", "languages"), ("phone", "shifts", "account"))
    return PlannedInterpreter(
        id=found.id(),
        name=found.read("name", "", lambda place: _text(place, LONGEST_NAME)),
        languages=found.read("languages", (), _languages),
        phone=found.read("phone", "", lambda place: _text(place, LONGEST_PHONE)),
        shifts=found.read("shifts", (), _shifts),
        account=found.read("account", "", _account),
    )


def _text(at: Place, longest: int) -> str:
    text = at.text()
    if len(text) > longest:
        at.wrong("the text is too long", f"use at most {longest} characters")
    return text


def _languages(at: Place) -> tuple[str, ...]:
    entries = at.entries()
    if not entries and not at.log.has(at.path):
        at.wrong("an interpreter speaks at least one language", "write languages: [en]")
    return tuple(dict.fromkeys(_language(entry) for entry in entries))


def _language(at: Place) -> str:
    word = at.word()
    if word and not LANGUAGE.fullmatch(word):
        at.wrong("this is no code of a language", "use the ISO 639 code in small letters, like en or ru")
    return word


def _account(at: Place) -> str:
    word = at.word()
    if word and not ACCOUNT.fullmatch(word):
        at.wrong("this cannot be a staff number", "use letters A-Z a-z, digits, dot, dash and underscore, at most 32")
    return word


def _shifts(at: Place) -> tuple[Shift, ...]:
    """`mon_fri: [["09:00", "12:00"]]`, as opening hours are written."""
    by_key = at.pairs()
    at.check_keys([*USUAL_KEYS, *(key for key in by_key if _days(key))])
    rows = [
        (weekday + 1, begins, ends)
        for key, place in by_key.items()
        for _, begins, ends in read_spans(place)
        for weekday in _days(key)
    ]
    return tuple(sorted(rows))


def _days(key: str) -> range:
    """No night shifts: `tue_night` names no day here."""
    return range(0) if key.endswith("_night") else weekdays_of(key) or range(0)
