"""What is said is said in every language, and says the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel import Locale

from queue_server import languages
from queue_server.languages import LANGUAGES, Words, choose
from queue_server.languages.choice import choose_several
from queue_server.languages.texts import PLACE, PLURAL_FORMS, Texts, is_plural, texts_of
from queue_server.web.errors import STATUS

Leaf = str | Texts


def leaves(table: Texts, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Every sentence (or table of its plural forms) with its dotted key."""
    for key, value in table.items():
        if isinstance(value, dict) and not is_plural(value):
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def sentences(leaf: Leaf) -> list[str]:
    return [leaf] if isinstance(leaf, str) else list(leaf.values())


def places(leaf: Leaf) -> set[str]:
    return {name for sentence in sentences(leaf) for name in PLACE.findall(sentence)}


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_folder_is_a_language_in_use() -> None:
    folder = Path(languages.__file__).parent
    assert {path.parent.name for path in folder.glob("*/common.toml")} == set(LANGUAGES)
    assert LANGUAGES[:2] == ("zh", "en")


def test_every_language_has_the_same_keys(lang: str) -> None:
    assert dict(leaves(texts_of(lang))).keys() == dict(leaves(texts_of("zh"))).keys()


def test_every_sentence_takes_the_same_facts(lang: str) -> None:
    chinese = dict(leaves(texts_of("zh")))
    wrong = {
        key: (places(leaf), places(chinese[key]))
        for key, leaf in leaves(texts_of(lang))
        if places(leaf) - {"n"} != places(chinese[key]) - {"n"}
    }
    assert wrong == {}


def test_no_sentence_is_empty_or_has_a_broken_place(lang: str) -> None:
    for key, leaf in leaves(texts_of(lang)):
        for sentence in sentences(leaf):
            assert sentence.strip(), key
            assert not set("{}") & set(PLACE.sub("", sentence)), key


def test_plural_sentences_have_exactly_the_forms_of_their_language(lang: str) -> None:
    rule = Locale.parse(lang).plural_form
    forms = set(rule.tags) | {"other"}
    for key, leaf in leaves(texts_of(lang)):
        if is_plural(leaf):
            assert set(leaf) == forms, key
        else:
            assert isinstance(leaf, str), f"{key} is neither a sentence nor its plural forms"
    assert forms <= PLURAL_FORMS


def test_every_refusal_has_its_title_and_detail(lang: str) -> None:
    assert texts_of(lang)["refusals"].keys() == STATUS.keys()
    assert all(set(table) == {"title", "detail"} for table in texts_of(lang)["refusals"].values())


def test_a_sentence_is_said_with_its_facts() -> None:
    assert Words("zh").say("common.window_n", window=3) == "3 号窗口"
    assert Words("en").say("common.people", n=1) == "1 person"
    assert Words("en").say("common.people", n=2) == "2 people"


@pytest.mark.parametrize(("key", "facts"), [("common.nonsense", {}), ("common.window_n", {}), ("common.status", {})])
def test_what_cannot_be_said_is_a_key_error(key: str, facts: dict[str, object]) -> None:
    with pytest.raises(KeyError):
        Words("zh").say(key, **facts)


def test_a_refusal_is_told_in_the_words_of_the_hall() -> None:
    title, detail = Words("zh").refusal("WINDOW_BUSY", {"number": "A001", "status": "called"})
    assert (title, detail) == ("窗口还有号票", "A001 号目前为“已叫号”，请先处理完。")


def test_a_refusal_without_its_facts_falls_back_to_its_title(lang: str) -> None:
    for code in STATUS:
        title, detail = Words(lang).refusal(code, {})
        assert title and "{" not in detail


def test_a_refusal_tells_moments_on_the_halls_clock() -> None:
    _, detail = Words("en").refusal("HALL_CLOSED", {"opens_at": "2026-01-30T00:30:00.000Z"}, "Asia/Shanghai")
    assert "08:30" in detail


def test_an_unknown_refusal_is_its_code() -> None:
    assert Words("en").refusal("BRAND_NEW", {}) == ("BRAND_NEW", "BRAND_NEW")


@pytest.mark.parametrize(
    ("low_s", "high_s", "said"),
    [
        (0, 30, "under 1 min"),
        (0, 61, "within 2 min"),
        (300, 1500, "5–25 min"),
        (120, 120, "2 min"),
        (130, 170, "2–3 min"),
    ],
)
def test_a_wait_is_a_range_of_minutes(low_s: float, high_s: float, said: str) -> None:
    assert Words("en").minutes_range(low_s, high_s) == said


@pytest.mark.parametrize(
    ("query", "cookie", "header", "chosen"),
    [
        ("en", "zh", "zh", "en"),
        ("xx", "en", "zh", "en"),
        (None, None, "fr;q=0.9, en-GB;q=0.8, zh;q=0.1", "en"),
        (None, None, "zh-Hans-CN", "zh"),
        (None, None, "en;q=0, fr;q=oops", "zh"),
        (None, None, None, "zh"),
    ],
)
def test_a_language_is_chosen_by_address_then_cookie_then_browser(
    query: str | None, cookie: str | None, header: str | None, chosen: str
) -> None:
    assert choose(query, cookie, header) == chosen


def test_a_screen_may_ask_for_two_languages() -> None:
    assert choose_several("en,zh,en,xx") == ("en", "zh")
    assert choose_several(None) == ()
