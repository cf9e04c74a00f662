"""Paper speaks six languages, and says the same in each."""

import pytest
from babel import Locale

from kiosk.paper.slip import LANGUAGES
from kiosk.paper.words import ranges, say, second_of, wait
from queue_server.languages.texts import PLACE, is_plural, section_of


def places(value: object) -> set[str]:
    sentences = value.values() if isinstance(value, dict) else [str(value)]
    return {name for sentence in sentences for name in PLACE.findall(sentence)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_every_sentence_with_its_facts(lang: str) -> None:
    here, chinese = section_of(lang, "slip"), section_of("zh", "slip")
    assert {key: places(value) for key, value in here.items()} == {key: places(value) for key, value in chinese.items()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_plurals_have_the_forms_of_their_language(lang: str) -> None:
    forms = set(Locale.parse(lang).plural_form.tags) | {"other"}
    assert [key for key, value in section_of(lang, "slip").items() if is_plural(value) and set(value) != forms] == []


def test_people_are_counted_as_people_count() -> None:
    assert [say("ru", "people", n) for n in (1, 2, 5, 21)] == ["1 человек", "2 человека", "5 человек", "21 человек"]
    assert [say("de", "people", n) for n in (0, 1)] == ["0 Personen", "1 Person"]


@pytest.mark.parametrize(
    ("low_s", "high_s", "said"),
    [(0, 0, "at once"), (0, 61, "within about 1 min"), (300, 1500, "about 5–25 min"), (120.0, 120.0, "about 2 min")],
)
def test_a_wait_is_an_honest_range(low_s: float, high_s: float, said: str) -> None:
    assert wait("en", low_s, high_s) == said


def test_windows_are_told_as_ranges() -> None:
    assert ranges((3, 1, 2, 7, 9, 8)) == "1–3, 7–9"
    assert ranges((5,)) == "5"


def test_beside_chinese_stands_the_visitors_language_or_english() -> None:
    assert [second_of(lang) for lang in ("zh", "de", "fr")] == ["", "de", "en"]
