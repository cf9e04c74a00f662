"""What a diversion has really brought, from the caretaker's forecast into the hall's own record."""

from ops.caretaker.hall_time import HallTime
from ops.caretaker.mind import Mind
from ops.caretaker.proposing import Proposing
from queue_server.diversion.effects import Effect
from queue_server.domain.diversion import Measure
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.feed import History
from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.diversions import advise, by_id, running_of

OPEN_2 = Measure(action="open_window", window=2)


async def test_an_effect_is_told_once_and_of_what_has_ended(
    hall: HallClient, clock: HandClock, clean_store: EmbeddedStore
) -> None:
    client = connect(clean_store.url)
    proposing = Proposing(running_of(hall).hall, client, clock)
    (proposed,) = await advise(hall, OPEN_2)
    effects = [Effect(diversion=proposed.id, mean_s=1200.0, p90_s=2400.0), Effect(diversion="D-9", mean_s=1, p90_s=1)]
    await hall.post(f"/diversions/{proposed.id}/accept")
    await proposing.tell(effects, 1.0)
    assert "effect_mean_s" not in (await by_id(hall))[proposed.id]
    await hall.post(f"/diversions/{proposed.id}/end")
    await proposing.tell(effects, 10.0)
    await proposing.tell([Effect(diversion=proposed.id, mean_s=-5.0, p90_s=-5.0)], 1.0)
    row = (await by_id(hall))[proposed.id]
    assert (row["effect_mean_s"], row["effect_p90_s"]) == (120.0, 240.0)
    await client.aclose()


async def test_a_forecast_that_follows_the_halls_own_stream_measures_what_a_manager_began(
    hall: HallClient, clock: HandClock, clean_store: EmbeddedStore
) -> None:
    client = connect(clean_store.url)
    for window in (1, 2):
        await hall.open(window)
    for _ in range(8):
        await hall.ticket()
    begun = await hall.post("/diversions", {"action": "send_helpers", "queue": "A"})
    for _ in range(8):
        clock.forward(minutes=2)
        for act in ("call-next", "start", "finish"):
            await hall.at(1, act)
    await hall.post(f"/diversions/{begun['id']}/end")
    clock.forward(minutes=100)
    await hall.open(3)
    mind = Mind(running_of(hall).hall, HallTime())
    mind.hear(await History(client).events_after(hall.hall, 0, 1000))
    (effect,) = mind.effects()
    assert effect.diversion == begun["id"]
    await client.aclose()
