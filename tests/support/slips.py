"""Slips to print."""

from datetime import UTC, datetime
from typing import Any

from kiosk.paper import Slip

URL = "https://hall.example.gov.cn/t/Jx0Zq8mW2kV7rT5nB3yLqA"
HALL = {"zh": "示范区行政服务中心", "en": "Demonstration District Administrative Service Centre"}
ITEM = {
    "zh": "居民身份证首次申领换领补领及临时身份证",
    "en": "Identity card, first issue or renewal",
    "de": "Grundbuchumschreibung mit Grunderwerbsteueranmeldung",
    "ru": "Государственная регистрация перехода права собственности",
}
ZONE = {"zh": "不动产、税务、公积金服务区", "en": "Real estate, tax and housing-fund area"}
MORNING = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
LANGUAGES = ("zh", "en", "de", "ja", "ko", "ru")


def slip(**other: Any) -> Slip:
    """A usual slip, but for what is said otherwise."""
    usual: dict[str, Any] = {
        "hall": HALL,
        "item": ITEM,
        "zone": ZONE,
        "floor": 2,
        "number": "A023",
        "ahead": 12,
        "wait_s": (900.0, 1500.0),
        "windows": (3, 4, 5, 6, 12),
        "at": MORNING,
        "url": URL,
        "hotline": "0571-12345",
    }
    return Slip(**(usual | other))
