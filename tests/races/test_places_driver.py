"""Random days of a hall with gates against a model: no wave lets in more than a zone holds, nobody waits outside twice.

`GREENWAVE_SEED` repeats a run.
"""

import os
import secrets

from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from tests.support.crowd_places import PlacesCrowd, PlacesDriven
from tests.support.driven import drive

ACTS = 16_000
HALLS = 4
SEEN = {
    "count_people ", "call_wave ", "call_wave ZONE_FULL", "call_wave NOBODY_OUTSIDE", "WaveCalled", "PeopleCounted",
    "PromiseMade", "end_promise ", "end_promise PROMISE_STATUS", "escalate ", "escalate ALREADY_ESCALATED",
    "escalate WRONG_WINDOW", "TicketEscalated",
}  # fmt: skip


async def test_a_hall_with_gates_answers_as_its_model(clean_store: EmbeddedStore) -> None:
    seed = os.environ.get("GREENWAVE_SEED") or secrets.token_hex(4)
    print(f"\nseed {seed}")
    client = connect(clean_store.url, answer_timeout_s=60)
    store = HallStore(client, lambda: load_library(client))
    driven = [
        PlacesDriven(client, store, name, PlacesCrowd(f"{seed}/{name}"))
        for name in (f"hall-{number}" for number in range(HALLS))
    ]
    try:
        seen = await drive(driven, ACTS, seed)
    finally:
        await client.aclose()
    assert not SEEN - seen.keys()
