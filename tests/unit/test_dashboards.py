"""The dashboard and the alert rules are what Grafana and Prometheus take, and read what Greenwave tells."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from queue_server.web.metrics.counted import FIGURES
from tests.support.promql import DOCKER, Query, alert_rules, dashboard, missing

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "operations.md").read_text("utf-8")
COUNTED = {
    "greenwave_requests_total": {"method", "route", "status"},
    "greenwave_request_seconds_bucket": {"method", "route", "le"},
    "greenwave_request_seconds_sum": {"method", "route"},
    "greenwave_request_seconds_count": {"method", "route"},
    "greenwave_streams": set(),
    "greenwave_stream_resets_total": set(),
    "greenwave_messages_total": {"channel", "result"},
    "greenwave_audit_notes_total": {"hall", "act"},
    "greenwave_staff_sign_ins_total": {"how", "result"},
}
LABELS = {
    "hall", "queue", "quantile", "became", "status", "how", "state", "code", "action", "answer", "which", "score",
    "zone", "where",
}  # fmt: skip
"""All of short lists: no window, ticket, member of staff, and no text that somebody wrote."""


def told() -> dict[str, set[str]]:
    """Every series that is declared, with its labels."""
    ending = {"counter": "_total", "gauge": ""}
    return COUNTED | {figure.name + ending[figure.kind]: set(figure.labels) for figure in FIGURES}


def test_every_series_and_label_of_the_files_is_told() -> None:
    assert missing(told()) == []


@pytest.mark.parametrize(
    ("expr", "selectors", "grouped"),
    [
        ("up == 0", [("up", set())], set()),
        ('max by (hall) (a_total{code="X", how!~"b(c)"}) > 0', [("a_total", {"code", "how"})], {"hall"}),
        ("histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))", [("a_bucket", set())], {"le"}),
        ("a * on (hall) group_left (name) b offset 5m", [("a", set()), ("b", set())], {"hall", "name"}),
    ],
)  # fmt: skip
def test_an_expression_is_read_as_prometheus_reads_it(
    expr: str, selectors: list[tuple[str, set[str]]], grouped: set[str]
) -> None:
    query = Query(where="", expr=expr)
    assert [(name, set(labels)) for name, labels in query.selectors] == selectors
    assert query.grouped == grouped


def test_a_series_or_label_that_nobody_tells_is_found() -> None:
    series = told()
    series["greenwave_waiting"] = {"hall"}
    del series["greenwave_store_up"]
    found = missing(series)
    assert "Store: no series greenwave_store_up" in found
    assert "Waiting by queue: greenwave_waiting has no label queue" in found
    assert "Waiting by queue: nothing has a label queue" in found


def test_figures_name_nobody_and_count_few_things() -> None:
    assert {label for figure in FIGURES for label in figure.labels} == LABELS
    assert all(re.fullmatch(r"greenwave_[a-z_]+", figure.name) and len(figure.help) > 10 for figure in FIGURES)


def test_every_figure_is_in_the_table_of_the_handbook() -> None:
    rows = dict(re.findall(r"^\| `(greenwave_\w+)` \| (.*?) \|", DOCS, re.MULTILINE))
    assert {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows.items()} == {
        name.removesuffix("_bucket"): labels - {"le"}
        for name, labels in told().items() if not name.endswith(("_sum", "_count"))
    }  # fmt: skip


def test_every_alarm_is_in_the_handbook_and_complete() -> None:
    rules = alert_rules()
    assert re.findall(r"^\| `(Greenwave\w+)` \|", DOCS, re.MULTILINE) == [rule["alert"] for rule in rules]
    for rule in rules:
        assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}, rule["alert"]
        assert rule["labels"].keys() == {"severity"}
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == {"summary", "description"}
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "0s"))


def test_prometheus_reads_the_rules_and_asks_the_server() -> None:
    plan = yaml.safe_load((DOCKER / "prometheus" / "prometheus.yml").read_text("utf-8"))
    assert plan["rule_files"] == ["/etc/prometheus/alerts.yml"]
    assert [job["job_name"] for job in plan["scrape_configs"]] == ["greenwave"]


def test_the_panels_of_the_dashboard_lie_side_by_side() -> None:
    board = dashboard()
    assert board["uid"] == "greenwave" and board["schemaVersion"] >= 39
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24 and not cells & taken, panel["title"]
        taken |= cells


def test_every_panel_shows_something_in_a_unit() -> None:
    for panel in dashboard()["panels"]:
        if panel["type"] == "row":
            continue
        assert panel["type"] in {"timeseries", "stat", "bargauge"}
        assert panel["targets"] and panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        refs = [target["refId"] for target in panel["targets"]]
        assert all(a < b for a, b in pairwise(refs))
        assert all(target["datasource"]["uid"] == "${source}" for target in panel["targets"])


def test_grafana_is_given_the_dashboard_and_the_figures() -> None:
    compose = yaml.safe_load((DOCKER / "compose.yaml").read_text("utf-8"))
    mounts = dict(mount.rsplit(":", 2)[:2] for mount in compose["services"]["grafana"]["volumes"])
    given = yaml.safe_load((DOCKER / "grafana/provisioning/dashboards/greenwave.yaml").read_text("utf-8"))
    source = yaml.safe_load((DOCKER / "grafana/provisioning/datasources/greenwave.yaml").read_text("utf-8"))
    assert mounts["./grafana/greenwave.json"].startswith(given["providers"][0]["options"]["path"])
    assert source["datasources"][0]["url"] == "http://prometheus:9090"
    assert {name for name, each in compose["services"].items() if "profiles" not in each} == {"valkey", "server"}
