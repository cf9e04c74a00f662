"""Hooks of schemathesis: what our OpenAPI cannot say. Loaded by its command line, see `test_openapi`."""

import re
import uuid
from typing import Any

import schemathesis

KEY = re.compile(r"[!-~]{1,128}")


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """A new key for each request: one key for two requests is refused, and rightly so."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    body = case.body
    if isinstance(body, dict) and body.get("role") == "window" and not body.get("window"):
        body["role"] = "display"  # the document cannot say that a window's device names its window


@schemathesis.hook
def filter_body(_context: Any, body: Any) -> bool:
    """JSON Schema calls 5.0 a whole number; we do not. And a hall may allow less than the document does."""
    if not isinstance(body, dict):
        return True
    beyond_rule = set(body) == {"minutes"} and isinstance(body["minutes"], int) and 60 < body["minutes"] <= 240
    return not beyond_rule and not _has_float(body)


def _has_float(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_has_float, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float)
