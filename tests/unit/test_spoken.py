"""A call is spoken digit by digit, in six languages, in words that the voice reads right."""

import re
import tomllib
from pathlib import Path

import pytest

from queue_server import languages
from queue_server.languages.spoken import SHORT, SPOKEN, announcement, digit_by_digit, languages_for, number_word
from queue_server.languages.texts import PLACE
from tests.unit.test_languages import leaves, places

FOLDER = Path(languages.__file__).parent
LISTS = {"digits": 10, "letters": 26, "small": 20, "after_hundred": 19, "tens": 8, "ones_joined": 9, "hundreds": 9}
KANJI = re.compile("[\u3400-\u9fff]")


def spoken(lang: str) -> dict[str, object]:
    return tomllib.loads((FOLDER / lang / "spoken.toml").read_text("utf-8"))


@pytest.fixture(params=SPOKEN)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_folder_with_a_voice_is_spoken() -> None:
    assert {path.parent.name for path in FOLDER.glob("*/spoken.toml")} == set(SPOKEN)


def test_all_six_have_the_same_keys_and_take_the_same_facts(lang: str) -> None:
    chinese, here = dict(leaves(spoken("zh"))), dict(leaves(spoken(lang)))
    assert here.keys() == chinese.keys()
    assert {key: places(leaf) for key, leaf in here.items()} == {key: places(leaf) for key, leaf in chinese.items()}


def test_every_list_of_words_is_whole(lang: str) -> None:
    for key, leaf in leaves(spoken(lang)):
        if (name := key.rpartition(".")[2]) in LISTS:
            words = str(leaf).split(", ")
            assert len(words) == len(set(words)) == LISTS[name], key
            assert all(word.strip() == word and word for word in words), key


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "请A 零 零 一号到三号窗口办理"),
        ("en", "Ticket eigh zero zero one, please go to window three."),
        ("de", "Nummer Ah null null eins, bitte zu Schalter drei."),
        ("ja", "ばんごう エー ゼロ ゼロ いち の かた、さん ばん まどぐち え おこし ください。"),
        ("ko", "번호 에이 공 공 일 번 고객님, 삼 번 창구로 오십시오."),
        ("ru", "Талон номер а ноль ноль один, пройдите в окно номер три."),
    ],
)
def test_a_call_is_spoken_digit_by_digit(lang: str, said: str) -> None:
    assert announcement(lang, "A001", 3) == said


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "A 零 零 一号，三号窗口"),
        ("en", "eigh zero zero one, window three."),
        ("de", "Ah null null eins, Schalter drei."),
        ("ja", "エー ゼロ ゼロ いち、さん ばん まどぐち。"),
        ("ko", "에이 공 공 일 번, 삼 번 창구."),
        ("ru", "а ноль ноль один, окно номер три."),
    ],
)
def test_many_calls_are_spoken_in_short(lang: str, said: str) -> None:
    assert announcement(lang, "A001", 3, SHORT) == said


@pytest.mark.parametrize(
    ("n", "zh", "en", "de", "ja", "ko", "ru"),
    [
        (2, "二", "two", "zwei", "に", "이", "два"),
        (12, "十二", "twelve", "zwölf", "じゅうに", "십이", "двенадцать"),
        (20, "二十", "twenty", "zwanzig", "にじゅう", "이십", "двадцать"),
        (21, "二十一", "twenty-one", "einundzwanzig", "にじゅういち", "이십일", "двадцать один"),
        (100, "一百", "one hundred", "hundert", "ひゃく", "백", "сто"),
        (105, "一百零五", "one hundred and five", "hundertfünf", "ひゃく ご", "백 오", "сто пять"),
        (
            236, "二百三十六", "two hundred and thirty-six", "zweihundertsechsunddreißig", "にひゃく さんじゅうろく",
            "이백 삼십육", "двести тридцать шесть",
        ),
        (112, "一百一十二", "one hundred and twelve", "hundertzwölf", "ひゃく じゅうに", "백 십이", "сто двенадцать"),
        (1000, "一 零 零 零", "one zero zero zero", "eins null null null", "いち ゼロ ゼロ ゼロ", "일 공 공 공",
         "один ноль ноль ноль"),
    ],
)  # fmt: skip
def test_a_window_is_said_as_a_number(n: int, zh: str, en: str, de: str, ja: str, ko: str, ru: str) -> None:
    said = {lang: number_word(lang, n) for lang in SPOKEN}
    assert said == {"zh": zh, "en": en, "de": de, "ja": ja, "ko": ko, "ru": ru}


def test_no_two_numbers_and_no_two_windows_sound_alike(lang: str) -> None:
    assert len({number_word(lang, n) for n in range(1000)}) == 1000
    assert len({digit_by_digit(lang, f"{letter}{n:03d}") for letter in "ABZ" for n in range(0, 1500, 7)}) == 3 * 215


def test_only_words_reach_the_voice(lang: str) -> None:
    """A digit left as a digit would be read as the voice likes; a place left open would be read as its name."""
    for n in range(0, 1000, 37):
        said = announcement(lang, f"B{n:03d}", n)
        assert not re.search(r"\d", said) and not PLACE.search(said) and "{" not in said


def test_japanese_has_no_kanji_for_the_voice_cannot_read_them() -> None:
    assert not KANJI.search("".join(str(leaf) for _, leaf in leaves(spoken("ja"))))


@pytest.mark.parametrize(
    ("language", "spoken_in"),
    [
        ("en", ("en", "zh")), ("de-AT", ("de", "zh")), ("zh", ("zh",)), ("zh-Hans", ("zh",)), ("", ("zh",)),
        ("fr", ("zh",)), ("RU_ru", ("ru", "zh")),
    ],
)  # fmt: skip
def test_the_visitors_language_comes_first_then_chinese_once(language: str, spoken_in: tuple[str, ...]) -> None:
    assert languages_for(language) == spoken_in


def test_signs_that_nobody_can_say_are_left_out() -> None:
    assert digit_by_digit("en", "A-0\x1b1") == "eigh zero one"
    assert digit_by_digit("en", "*") == ""


def test_a_language_that_is_not_spoken_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        announcement("fr", "A001", 3)
