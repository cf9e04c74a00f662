"""What a device says of itself fits into a report, whatever its driver was told."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from hardware.health import Health
from queue_server.contract.devices import Part, Word
from queue_server.link.health import fitting, fitting_facts


def test_a_device_that_says_two_lines_says_one_in_a_report() -> None:
    said = "cannot find card 0\naplay: audio open error: No such file"
    assert fitting(said) == "cannot find card 0 aplay: audio open error: No such file"


def test_facts_are_short_and_numbers_stay_numbers() -> None:
    facts = Health(ok=False, code="GARBLED", facts={"said": "a\x1b[31m\n" + "b" * 200, "garbled": 7}).facts
    assert fitting_facts(facts) == {"said": ("a [31m " + "b" * 200)[:80], "garbled": 7}


@given(
    st.text(st.characters(), max_size=100)
    | st.binary(max_size=100).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
)
def test_whatever_a_device_says_the_server_takes_it(said: str) -> None:
    part = {"kind": "speaker", "name": fitting(said), "ok": False, "facts": fitting_facts({"said": said})}
    taken = msgspec.json.decode(msgspec.json.encode(part), type=Part)
    assert taken.facts["said"] == msgspec.convert(taken.name, Word)
