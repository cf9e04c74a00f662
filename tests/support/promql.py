"""What a PromQL expression reads: its series, and the labels that it names. Enough of the grammar for our own files."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DOCKER = Path(__file__).parents[2] / "docker"
GROUPED = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
SELECTOR = re.compile(r"(?<![\w.])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(?!\w)(?!\s*\()")
MATCHER = re.compile(r"([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)")
VALUES = re.compile(r"label_values\(\s*(.+?)\s*,\s*(\w+)\s*\)$")
SHOWN = re.compile(r"\{\{\s*(?:\$labels\.)?([a-z_]\w*)\s*\}\}")
WORDS = frozenset({"and", "or", "unless", "offset", "bool"})
OF_PROMETHEUS = {"up": {"job", "instance"}, "ALERTS": {"alertname", "alertstate", "severity"}}
"""Series that Prometheus makes itself, with their labels."""
ADDED = frozenset({"job", "instance"})
"""Labels that it adds to every series."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """One expression of a file; `where` says whose. `shown` are labels that its legend or its texts name."""

    where: str
    expr: str
    shown: frozenset[str] = frozenset()

    @property
    def selectors(self) -> list[tuple[str, frozenset[str]]]:
        """Each series that it reads, with the labels by which it chooses."""
        plain = GROUPED.sub(" ", re.sub(r'"[^"]*"', '""', self.expr))
        plain = re.sub(r"\[[^\]]*\]", " ", plain)
        found = ((name, frozenset(MATCHER.findall(chosen))) for name, chosen in SELECTOR.findall(plain))
        return [(name, labels) for name, labels in found if name not in WORDS]

    @property
    def grouped(self) -> frozenset[str]:
        """The labels by which it groups or joins."""
        lists = GROUPED.findall(self.expr)
        return frozenset(label.strip() for one in lists for label in one.split(",") if label.strip())


def queries() -> list[Query]:
    """All of the alert rules and of the dashboard."""
    return [*of_alerts(), *of_dashboard()]


def alert_rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DOCKER / "prometheus" / "alerts.yml").read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard() -> Any:
    return json.loads((DOCKER / "grafana" / "greenwave.json").read_text("utf-8"))


def of_alerts() -> Iterator[Query]:
    for rule in alert_rules():
        shown = SHOWN.findall(" ".join(rule["annotations"].values()))
        yield Query(where=rule["alert"], expr=rule["expr"], shown=frozenset(shown))


def of_dashboard() -> Iterator[Query]:
    board = dashboard()
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            shown = frozenset(SHOWN.findall(target["legendFormat"]))
            yield Query(where=panel["title"], expr=target["expr"], shown=shown)
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            asked = VALUES.match(variable["query"]["query"])
            assert asked, variable
            yield Query(where=variable["name"], expr=asked[1], shown=frozenset({asked[2]}))
    for note in board["annotations"]["list"]:
        yield Query(where=note["name"], expr=note["expr"])


def missing(series: dict[str, set[str]]) -> list[str]:
    """What the files read that is not among these series and their labels; empty when all is there."""
    known = series | OF_PROMETHEUS
    found = []
    for query in queries():
        of_query: set[str] = set()
        for name, labels in query.selectors:
            if name not in known:
                found.append(f"{query.where}: no series {name}")
                continue
            has = known[name] | ADDED
            of_query |= has
            found += [f"{query.where}: {name} has no label {label}" for label in labels - has]
        found += [f"{query.where}: nothing has a label {label}" for label in query.grouped - of_query]
        left = query.grouped if GROUPED.search(query.expr) else of_query
        found += [f"{query.where}: {label} is not left to be shown" for label in query.shown - left]
    return found
