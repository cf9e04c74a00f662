"""Who asks a forecast, and who moves it: questions go beside each other, and nothing moves under them."""

import asyncio

from ops.caretaker import foresight
from ops.caretaker.calm import Calm


async def test_a_short_question_is_not_held_up_by_a_long_one_even_while_news_wait() -> None:
    calm, over, said = Calm(), asyncio.Event(), list[str]()

    async def advice() -> None:
        async with calm.asking() as alone:
            said.append(f"advice alone={alone}")
            await over.wait()
            said.append("advice ends")

    async def news() -> None:
        async with calm.moving():
            said.append("news")

    async with asyncio.TaskGroup() as group:
        for task in (advice(), news()):
            group.create_task(task)
            await asyncio.sleep(0)
        async with calm.asking() as alone:
            said.append(f"what-if alone={alone}")
        over.set()
    assert said == ["advice alone=True", "what-if alone=False", "advice ends", "news"]


async def test_nobody_asks_while_something_moves() -> None:
    calm, said = Calm(), list[str]()

    async def ask() -> None:
        async with calm.asking():
            said.append("asked")

    async with asyncio.TaskGroup() as group, calm.moving():
        group.create_task(ask())
        await asyncio.sleep(0)
        said.append("moved")
    assert said == ["moved", "asked"]


def test_after_an_outlook_that_took_minutes_the_next_does_not_wait_for_many_more() -> None:
    assert foresight.pause_s(0.1) == foresight.SOON_S
    assert foresight.pause_s(123.0) == foresight.AFTER_S
