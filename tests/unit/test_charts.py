"""Charts as SVG: what they show, to the eye and to the ear, and what they never do."""

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from queue_server.look.charts import Band, Bar, Frame, Level, Tick, band_chart, bars_chart, lines_chart, top_of

SVG = "{http://www.w3.org/2000/svg}"
HOURS = tuple(Tick(at=hour * 60, label=f"{hour:02d}:00") for hour in (9, 10, 11))


def frame(**more: object) -> Frame:
    facts: dict[str, object] = {"name": "w", "title": "Wait", "about": "Grows", "x": HOURS, "unit": "min"}
    return Frame(**(facts | more))  # type: ignore[arg-type]


def of_class(picture: str, kind: str) -> list[ET.Element]:
    return [node for node in ET.fromstring(picture).iter() if kind in node.get("class", "").split()]


def points(path: str) -> list[tuple[float, float]]:
    found = path.replace("M", "").replace("Z", "").split("L")
    return [(float(x), float(y)) for x, y in (pair.split() for pair in found)]


def rising() -> list[Band]:
    return [Band(at=540, low=2, middle=5, high=9), Band(at=660, low=10, middle=20, high=38)]


def test_whoever_cannot_see_it_is_told_what_it_shows() -> None:
    root = ET.fromstring(band_chart(frame(), rising()))
    assert root.get("role") == "img"
    title, about = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert about is not None
    assert (title.text, title.get("id")) == ("Wait", root.get("aria-labelledby"))
    assert (about.text, about.get("id")) == ("Grows", root.get("aria-describedby"))


def test_a_band_holds_its_middle_from_the_first_moment_to_the_last() -> None:
    picture = band_chart(frame(), rising())
    band, middle = (
        points(of_class(picture, "band")[0].get("d", "")),
        points(of_class(picture, "median")[0].get("d", "")),
    )
    (first, second), (upper, lower) = middle, (band[:2], band[:1:-1])
    assert (first[0], second[0]) == (42.0, 626.0)
    assert all(high[1] < one[1] < low[1] for high, one, low in zip(upper, middle, lower, strict=True))


def test_an_empty_band_is_a_plot_without_lines() -> None:
    picture = band_chart(frame(), [])
    assert of_class(picture, "median") == []
    assert len(of_class(picture, "grid")) > 1


def test_a_level_is_drawn_where_the_plot_reaches_it() -> None:
    levels = [Level(at=15, kind="long", label="Long"), Level(at=90, kind="bad", label="Too long")]
    picture = band_chart(frame(), rising(), levels)
    assert [node.text for node in of_class(picture, "level") if node.text] == ["Long"]


def test_the_usual_day_is_told_from_today_without_colour() -> None:
    picture = lines_chart(frame(), [(540, 3), (570, 8)], [(540, 2), (660, 4)], now=570)
    assert of_class(picture, "usual")[0].get("stroke-dasharray")
    assert not of_class(picture, "median")[0].get("stroke-dasharray")
    assert of_class(picture, "now")[0].get("d", "").startswith("M188.0 ")


def test_what_lies_beside_the_plot_is_not_drawn() -> None:
    picture = lines_chart(frame(), [(0, 0), (540, 3), (570, 8)], [])
    assert [x for x, _ in points(of_class(picture, "median")[0].get("d", ""))] == [42.0, 188.0]


def test_a_bar_stands_on_the_foot_and_its_usual_value_is_a_mark() -> None:
    picture = bars_chart(frame(), [Bar(start=540, end=600, value=10, usual=4), Bar(start=600, end=660, value=0)])
    [bar], [mark] = of_class(picture, "bar"), of_class(picture, "mark")
    assert float(bar.get("y", 0)) + float(bar.get("height", 0)) == 240 - 26
    assert float(mark.get("d", "").split()[1]) > float(bar.get("y", 0))


def test_words_of_data_stay_words() -> None:
    picture = band_chart(frame(title='<script>"A&B"</script>', unit="<b>"), rising())
    assert "<script" not in picture
    assert ET.fromstring(picture).find(f"{SVG}title").text == '<script>"A&B"</script>'  # type: ignore[union-attr]


def test_labels_do_not_run_into_each_other() -> None:
    many = tuple(Tick(at=minute, label=f"{minute // 60:02d}:{minute % 60:02d}") for minute in range(0, 1440, 15))
    labels = [node for node in of_class(band_chart(frame(x=many), []), "tick") if ":" in (node.text or "")]
    places = [float(node.get("x", 0)) for node in labels]
    assert 5 < len(places) < 20
    assert min(after - before for before, after in pairwise(places)) > 40


@pytest.mark.parametrize(
    ("highest", "top"), [(0.0, 1.0), (3.2, 4.0), (7.0, 8.0), (23.0, 25.0), (61.0, 75.0), (4321.0, 5000.0)]
)
def test_an_axis_ends_at_a_round_number_beyond_the_highest(highest: float, top: float) -> None:
    assert top_of(highest)[0] == top
