"""A wait is told in words that hold: rounded, never more exact than anyone can know, never nonsense."""

import random

import pytest

from kiosk.paper.words import wait as on_paper
from queue_server.languages import LANGUAGES, Words
from queue_server.languages.waits import phrase_of
from tests.support.wait_words import TOLD, Row

STEPS_MIN = (*range(1, 6), *range(10, 61, 5), *range(70, 121, 10))
MOST_OFF_S = 150
"""Half of the widest step that figures below an hour have."""


@pytest.mark.parametrize("row", TOLD, ids=lambda row: f"{row[0]}-{row[1]}s")
def test_a_range_of_seconds_has_its_phrase(row: Row) -> None:
    low_s, high_s, key, minutes = row
    assert phrase_of(low_s, high_s) == (key, minutes)


def test_figures_are_round_in_order_and_hold_what_was_meant() -> None:
    rng = random.Random(20261122)
    for _ in range(5_000):
        low_s = rng.randrange(7_000)
        high_s = low_s + rng.randrange(rng.choice((60, 600, 4_000)))
        key, minutes = phrase_of(low_s, high_s)
        assert set(minutes.values()) <= set(STEPS_MIN), (low_s, high_s)
        if key == "range":
            assert minutes["low"] < minutes["high"]
            assert minutes["low"] * 60 <= low_s + 120 and high_s <= minutes["high"] * 60 + 120
        if key == "about" and minutes["n"] < 60:
            assert abs(minutes["n"] * 60 - low_s) <= MOST_OFF_S and abs(minutes["n"] * 60 - high_s) <= MOST_OFF_S


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_says_every_phrase_with_its_figures(lang: str) -> None:
    for low_s, high_s, _, minutes in TOLD:
        sentence = Words(lang).wait(low_s, high_s)
        assert sentence and "{" not in sentence
        assert all(str(figure) in sentence for figure in minutes.values())
        assert on_paper(lang, low_s, high_s) == sentence  # paper says the same


def test_a_wait_is_told_as_one_would_say_it() -> None:
    assert Words("en").wait(1260, 2040) == "about 20–35 min"
    assert Words("zh").wait(480, 720) == "约 10 分钟"
    assert Words("de").wait(7300, 9000) == "mehr als 2 Stunden"
    assert Words("ru").wait(0, 0) == "без ожидания"
