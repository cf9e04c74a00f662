"""Alarms on the wire: what a manager should look at now."""

from queue_server.contract.answer import Answer

CODES = (
    "HALF_DOOR",
    "NO_WINDOW",
    "LONG_WAIT",
    "LONG_QUEUE",
    "EMPTY_DESK",
    "CROWDED",
    "NO_INTERPRETER_ON_DUTY",
    "DEVICE_SILENT",
    "FORECAST_AWAY",
    "FORECAST_DOUBT",
    "ARCHIVE_BEHIND",
    "CASE_OVERDUE",
    "PROMISE_OVERDUE",
    "LOW_RATINGS",
    "LOCKER_FULL",
    "LOCKER_OVERDUE",
    "CERTIFICATE_ENDING",
)
"""半扇门 · 有人无窗 · 等候过久 · 队列过长 · 空岗 · 拥挤 · 无翻译在岗 · 设备失联 · 预测中断 ·
预测存疑 · 存档滞后 · 办件超期 · 差评偏多 · 取件柜满 · 取件逾期 · 证书到期.
The gravest first."""


class Alarm(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """One alarm. What does not apply is left out."""

    code: str
    queue: str = ""
    window: int = 0
    zone: str = ""
    language: str = ""
    """Which nobody on duty interprets."""
    doubt: str = ""
    """What the forecast does not trust."""
    n: int = 0
    """How many: people who wait (or are in a zone), devices, events that are not archived, overdue cases, low
    ratings, boxes of a locker, things past their time in it, certificates that end within a month or have."""
    most: int = 0
    """How many people a zone holds, or are usual; open cases; ratings that were looked at; certificates that have
    ended; boxes that a locker has."""
    min: int = 0
    """Whole minutes: of a wait, of a desk that stands empty, of a forecast's age, and for how long the stream can still
    take what is not archived (1440 for a day or more)."""
