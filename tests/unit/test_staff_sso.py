"""Single sign-on of staff: whose account a login opens, by what the service vouches for."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from queue_server.domain.identity import Departure, Subject
from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import Grant, Person
from queue_server.flows.sign_ins import Offer
from queue_server.flows.staff_sso import SsoFlows

HERE = Grant(hall="small", role="desk")
LI = Person(id="p1", name="Li", number="1024", sign_in="li", grants=(HERE,))
WU = Person(id="p2", name="Wu", number="7", sign_in="wu", grants=(HERE,), logins=("city sub-7",))
GONE = Person(id="p3", name="Bo", number="9", sign_in="bo", grants=(HERE,), disabled=True)


class Service:
    """Vouches for one subject."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    async def start(self, state: str, back: str) -> Departure:
        return Departure(url=f"{back}?state={state}", kept={})

    async def finish(self, query: Mapping[str, str], kept: Mapping[str, str], back: str) -> Subject:
        assert query and kept == {} and back
        return self.subject


class Desk:
    """Accounts, sessions and slips, as far as a sign-in needs them."""

    def __init__(self, *people: Person) -> None:
        self.people = {one.id: one for one in people}
        self.kept: dict[str, Any] = {}
        self.staff = self

    async def who(self, claim: str) -> str:
        return next((one.id for one in self.people.values() if claim in one.claims), "")

    async def named(self, person: str) -> Person:
        return self.people[person]

    async def change(self, person: str, edit: Callable[[Person], Person], _: object) -> Person:
        self.people[person] = edit(self.people[person])
        return self.people[person]

    async def put(self, name: str, value: Any, _: int) -> None:
        self.kept[name] = value

    async def take(self, name: str) -> Any:
        return self.kept.pop(name, None)

    async def begin(self, person: Person, how: str, whence: str) -> str:
        assert (how, whence) == ("sso", "::1")
        return person.id


async def comes_back(desk: Desk, subject: Subject, linking: str = "") -> str:
    """Who is signed in after the whole way there and back."""
    offer = Offer(provider=Service(subject), names={"zh": "City"}, staff=True)
    flows = SsoFlows({"city": offer}, desk, desk, desk)  # type: ignore[arg-type]
    _, state = await flows.start("city", "https://hall.example/back", "/desk/small", linking)
    started, to = await flows.finish("city", {"state": state}, state, "https://hall.example/back", "::1")
    assert to == "/desk/small"
    return str(started)


async def test_a_number_that_is_vouched_for_opens_its_account_and_is_known_from_then_on() -> None:
    desk = Desk(LI, WU)
    assert await comes_back(desk, Subject(id="sub-1", staff="1024")) == "p1"
    assert desk.people["p1"].logins == ("city sub-1",)
    assert await comes_back(desk, Subject(id="sub-1")) == "p1", "the login alone is enough now"


async def test_a_login_that_is_linked_counts_before_the_number_that_comes_with_it() -> None:
    assert await comes_back(Desk(LI, WU), Subject(id="sub-7", staff="1024")) == "p2"


@pytest.mark.parametrize("subject", [Subject(id="sub-1"), Subject(id="sub-1", staff="li"), Subject(id="s", staff="9")])
async def test_nothing_vouched_for_a_name_or_a_disabled_account_opens_nothing(subject: Subject) -> None:
    desk = Desk(LI, WU, GONE)
    with pytest.raises(Refusal) as refused:
        await comes_back(desk, subject)
    assert refused.value.code == "SIGN_IN_UNKNOWN"
    assert desk.people == {one.id: one for one in (LI, WU, GONE)}
