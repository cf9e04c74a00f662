"""Searching the services of a hall as visitors type."""

import time
from functools import cache
from pathlib import Path

import pytest
from msgspec import structs

from queue_server.contract.hall_file import read_hall
from queue_server.domain.hall import Department, Hall, Service, Zone
from queue_server.domain.search import ServiceIndex

DEMO = Path(__file__).resolve().parents[2] / "ops" / "demo" / "demo-hall.yaml"


@cache
def demo() -> Hall:
    hall = read_hall(DEMO.read_text("utf-8")).hall
    assert hall is not None
    return hall


@cache
def index() -> ServiceIndex:
    return ServiceIndex(demo())


def found(q: str, department: str | None = None, limit: int = 500) -> list[str]:
    return [service.id for service in index().find(q, department, limit)]


def service(id: str, zh: str, en: str, visits: int = 0) -> Service:
    names = {"zh": zh, "en": en}
    return Service(id=id, names=names, department="D", mode="window", queue="A", mean_min=1, p90_min=2, visits=visits)


def index_of(*services: Service) -> ServiceIndex:
    department = Department(id="D", names={"zh": "办公室", "en": "Office"}, queue="A")
    zone = Zone(id="Z", names={})
    return ServiceIndex(
        Hall(
            id="h",
            names={},
            timezone="UTC",
            zones=(zone,),
            departments=(department,),
            queues=(),
            services=services,
            windows=(),
        )
    )


@pytest.mark.parametrize(
    "q",
    [
        "社保参保",
        "参保证明",
        "shebaocanbao",
        "she bao can bao",
        "SheBao",
        "sbcb",
        "ＳＢＣＢ",
        "social-insurance enrol",
        "ENROLMENT CERT",
        "hrs-01",
    ],
)
def test_a_service_is_found_however_it_is_typed(q: str) -> None:
    assert "HRS-01" in found(q)


def test_nothing_typed_shows_the_most_used_first() -> None:
    visits = [each.visits for each in index().find("", None, 10)]
    assert len(visits) == 10
    assert visits == sorted((each.visits for each in demo().services), reverse=True)[:10]


def test_spaces_alone_count_as_nothing_typed() -> None:
    assert found("   ") == found("")


def test_the_exact_id_comes_first() -> None:
    assert found("psb-08")[0] == "PSB-08"


def test_the_start_of_an_id_finds_its_department() -> None:
    assert set(found("HSB-0")) == {each.id for each in demo().services if each.id.startswith("HSB-0")}


def test_a_name_that_starts_so_comes_before_one_that_holds_it() -> None:
    ids = found("护照")
    assert ids == ["PSB-08"]
    ranked = [each.names["zh"].startswith("不动产") for each in index().find("不动产", None, 500)]
    assert ranked == sorted(ranked, reverse=True)


def test_initials_come_before_a_pinyin_that_only_holds_the_letters() -> None:
    hall = index_of(service("a", "上海宾馆", "x", 9), service("b", "社保", "y", 1), service("c", "四百", "z", 5))
    assert [each.id for each in hall.find("sb", None, 9)] == ["c", "b"]
    assert [each.id for each in hall.find("hai", None, 9)] == ["a"]


def test_a_word_start_comes_before_the_inside_of_a_word() -> None:
    hall = index_of(service("a", "甲", "Syntax check", 9), service("b", "乙", "Income tax", 1))
    assert [each.id for each in hall.find("tax", None, 9)] == ["b", "a"]


def test_equals_are_ordered_by_use() -> None:
    hall = index_of(service("a", "甲证", "x", 1), service("b", "乙证", "x", 7))
    assert [each.id for each in hall.find("证", None, 9)] == ["b", "a"]


def test_a_character_of_many_readings_is_read_by_its_phrase() -> None:
    hall = index_of(service("a", "银行开户", "x"), service("b", "重新办理", "y"), service("c", "旅行社", "z"))
    found_by = {q: [each.id for each in hall.find(q, None, 9)] for q in ("yinhang", "chongxin", "yh", "lüxing", "lvx")}
    assert found_by == {"yinhang": ["a"], "chongxin": ["b"], "yh": ["a"], "lüxing": ["c"], "lvx": ["c"]}


def test_words_apart_are_found_when_all_of_them_fit() -> None:
    assert found("tax certificate") == ["TAX-07"]
    assert "HRS-01" in found("社保 证明")
    assert found("tax zebra") == []


def test_a_departments_name_finds_its_services() -> None:
    assert set(found("公安局")) == {each.id for each in demo().services if each.department == "PSB"}
    assert "ARC-01" in found("archives")


def test_a_department_narrows_the_search() -> None:
    assert {each.split("-")[0] for each in found("登记", department="MRB")} == {"MRB"}
    assert found("", department="ARC") == ["ARC-01"]
    assert found("", department="nowhere") == []


def test_no_more_than_the_limit_are_shown() -> None:
    assert len(found("", limit=7)) == 7
    assert found("", limit=0) == []


@pytest.mark.parametrize("q", ["zebra", "号码牌", "%", "((((", "\x00", "🙂"])
def test_what_is_nowhere_finds_nothing(q: str) -> None:
    assert found(q) == []


@pytest.mark.parametrize(
    ("q", "ids"),
    [
        ("führer", "a"), ("fuhrer", "a"), ("FUEHRER", "a"), ("straße", "a"), ("strasse", "a"),
        ("учет", "b"), ("Учёт", "b"), ("НОВЫЙ", "b"), ("новыи", "b"),
        ("パスポート", "c"), ("更新", "c"), ("ｶﾞｲﾄﾞ", "c"), ("カイト", ""),
        ("여권", "d"), ("여궈", "d"), ("여구", "d"), ("신청", "d"), ("앉", "d"), ("권여", ""),
    ],
)  # fmt: skip
def test_a_service_is_found_by_its_name_in_any_language(q: str, ids: str) -> None:
    named = {
        "a": {"de": "Führerschein, Straße"}, "b": {"ru": "Новый учёт"},
        "c": {"ja": "パスポートの更新・ガイド"}, "d": {"ko": "여권 신청·안전"},
    }  # fmt: skip
    hall = index_of(
        *(structs.replace(service(id, "甲", "x"), names={"zh": "甲", **names}) for id, names in named.items())
    )
    assert "".join(each.id for each in hall.find(q)) == ids


def test_a_word_inside_a_name_written_without_spaces_is_as_good_as_a_words_start() -> None:
    first = structs.replace(service("a", "甲", "x", 1), names={"zh": "甲", "ja": "旅券の更新"})
    hall = index_of(first, service("b", "更新", "x", 0), service("c", "丙更新", "x", 0))
    assert [each.id for each in hall.find("更新")] == ["b", "a", "c"]


def test_every_service_is_found_by_its_own_names_and_id() -> None:
    for each in demo().services:
        for q in (each.id, *each.names.values()):
            assert each.id in found(q), q


def test_a_hall_of_two_thousand_items_answers_fast() -> None:
    many = [structs.replace(each, id=f"{each.id}-{copy}") for copy in range(14) for each in demo().services]
    large = ServiceIndex(structs.replace(demo(), services=tuple(many)))
    begun = time.perf_counter()
    for q in ("sb", "登记", "tax certificate", "zebra", ""):
        large.find(q, None, 20)
    assert time.perf_counter() - begun < 1
