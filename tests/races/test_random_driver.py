"""Long random days against a small model. 160,000 acts on Valkey and 20,000 on Redis.

`GREENWAVE_ACTS=2000000 pytest tests/races/test_random_driver.py` runs that many on each store;
`GREENWAVE_SEED` repeats a run: each hall's acts depend on the seed and its name alone.
"""

import os
import secrets

import pytest

from queue_server.store import halls as store_halls
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from tests.support.crowd_interpreters import WEIGHTS, InterpretedCrowd, InterpretedDriven
from tests.support.driven import drive

ACTS = {"valkey": 160_000, "redis": 20_000}
HALLS = 40
ENOUGH = 150_000
UNSEEN_MAY_NOT_BE = {
    *(f"{name} " for name in WEIGHTS), "call_next NOBODY_WAITING", "call_next WINDOW_BUSY", "call_next WINDOW_NOT_OPEN",
    "recall TOO_SOON", "finish NO_NEXT_STOP", "transfer WINDOW_NOT_OPEN", "undo TOO_LATE", "undo NOTHING_TO_UNDO",
    "issue ALREADY_WAITING", "issue QUOTA_REACHED", "issue TOO_MANY",
    "issue IDEMPOTENCY_MISMATCH", "issue HALL_CLOSED", "reinstate ALREADY_REINSTATED",
    "rate NOT_SERVED", "rate ALREADY_RATED", "rate WRONG_WINDOW", "change_case CASE_STATUS",
    "visit_project NO_SUCH_PROJECT", "visit_project OFFICER_AWAY", "visit_project ALREADY_WAITING",
    "ask_interpreter NO_INTERPRETER", "assign_interpreter INTERPRETER_BUSY", "drop_request NO_SUCH_REQUEST",
    "InterpreterAsked", "InterpreterAssigned", "InterpreterDone", "PapersChecked",
    "close_window WINDOW_BUSY", "start WRONG_STATUS", "cancel NO_SUCH_TICKET", "call_next DAY_NOT_CLOSED",
}  # fmt: skip
"""Acts with their refusals that a run of `ENOUGH` acts or more must have met."""
STEP = 7
"""Tickets that one step of closing a day works off, so that several steps are needed."""


async def test_a_hall_answers_as_its_model_through_long_random_days(
    clean_store: EmbeddedStore, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_halls, "CLOSE_AT_ONCE", STEP)
    kind = request.node.callspec.params["store"]
    acts = int(os.environ.get("GREENWAVE_ACTS", ACTS[kind]))
    seed = os.environ.get("GREENWAVE_SEED") or secrets.token_hex(4)
    print(f"\n{acts} acts on {kind}, seed {seed}")
    client = connect(clean_store.url, answer_timeout_s=60)
    store = HallStore(client, lambda: load_library(client))
    names = [f"hall-{number}" for number in range(HALLS)]
    driven = [InterpretedDriven(client, store, name, InterpretedCrowd(f"{seed}/{name}")) for name in names]
    try:
        seen = await drive(driven, acts, seed)
    finally:
        await client.aclose()
    assert acts < ENOUGH or not UNSEEN_MAY_NOT_BE - seen.keys(), "the crowd did not get everywhere"
