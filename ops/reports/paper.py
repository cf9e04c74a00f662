"""A report as a page of its own: one file of HTML with everything in it, ready to be printed or sent."""

from html import escape
from importlib.resources import files

from queue_server.contract.reports import Report
from queue_server.domain.hall import Hall
from queue_server.flows.pictures import Sitting
from queue_server.flows.report_pictures import CHARTS
from queue_server.flows.report_tables import FIGURES, Cell, Kind, Table, table_of
from queue_server.languages import Words

WIDTH, HEIGHT = 460, 220
ALWAYS = frozenset({"visits", "wait_mean", "wait_p90", "served"})
"""Figures that stand there even where all are 0; the others only where they say something."""
NONE = "–"


def paper_of(hall: Hall, report: Report, lang: str) -> str:
    """The whole page, in a language."""
    words = Words(lang)
    table = table_of(report, words, hall.names)
    body = "".join(
        (
            f'<p class="soft">{escape(words.pick(hall.names))}</p><h1>{escape(words.say("reports.title"))}</h1>',
            f'<p class="told">{escape(words.say(f"reports.span.{report.span}"))} · {escape(table.about)}</p>',
            _found(table, report, words) if report.rows or report.days else _empty(words),
        )
    )
    head = f'<meta charset="utf-8"><title>{escape(table.title)}</title><style>{styles()}</style>'
    return (
        f'<!doctype html><html lang="{lang}"><head>{head}</head>'
        f'<body class="reports" data-theme="light"><main>{body}</main></body></html>\n'
    )


def styles() -> str:
    """The style sheets of the page of reports, in one."""
    look, own = files("queue_server.look") / "static", files("ops.reports") / "static"
    sheets = [look / "tokens.css", look / "base.css", *(own / f"{name}.css" for name in ("reports", "charts", "paper"))]
    return "\n".join(sheet.read_text("utf-8") for sheet in sheets)


def _empty(words: Words) -> str:
    return f'<p class="empty">{escape(words.say("reports.empty"))}</p>'


def _found(table: Table, report: Report, words: Words) -> str:
    sitting = Sitting(words=words, width=WIDTH, height=HEIGHT)
    charts = "".join(
        f'<figure class="card"><figcaption>{escape(words.say(f"reports.chart.{name}"))}</figcaption>'
        f'<div class="plot">{draw(report, sitting)}</div></figure>'
        for name, draw in CHARTS.items()
    )
    return f'<div class="charts">{charts}</div>{_table(table)}{_diversions(report, words)}'


def _table(table: Table) -> str:
    """Columns in which nobody has anything are left out."""
    said = [at for at, column in enumerate(table.columns) if at < 2 or column.id in ALWAYS or _is_said(table, at)]
    heads = "".join(f'<th scope="col">{escape(table.columns[at].label)}</th>' for at in said)
    lines = [
        "<tr>" + "".join(_cell(row[at], table.columns[at].kind) for at in said) + "</tr>" for row in table.rows
    ]  # fmt: skip
    body, foot = "".join(lines[:-1]), lines[-1]
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody><tfoot>{foot}</tfoot></table>"


def _is_said(table: Table, at: int) -> bool:
    return any(row[at] for row in table.rows)


def _cell(value: Cell, kind: Kind) -> str:
    if kind == "text":
        return f'<th scope="row">{escape(str(value or ""))}</th>'
    return f"<td>{escape(figure(value, kind))}</td>"


def figure(value: Cell, kind: Kind) -> str:
    """A figure as it is written on paper."""
    if value is None:
        return NONE
    if isinstance(value, str):
        return value
    form = {"share": "{:.1%}", "minutes": "{:,.1f}", "score": "{:.2f}"}.get(kind, "{:,}")
    return form.format(value)


def _diversions(report: Report, words: Words) -> str:
    say = words.say
    heads = "".join(
        f'<th scope="col">{escape(say(f"reports.action.{name}"))}</th>' for name in ("name", "ended", "gain", "effect")
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(say(f"reports.action.{row.action}"))}</th><td>{row.ended}</td>'
        f"<td>{_minutes(row.gain_mean_s, words)}</td><td>{_minutes(row.effect_mean_s, words)}</td></tr>"
        for row in report.diversions
    )
    title = f"<h2>{escape(say('reports.diversions'))}</h2>"
    if not rows:
        return f"{title}<p>{escape(say('reports.diversions_none'))}</p>"
    return f"{title}<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _minutes(seconds: int | None, words: Words) -> str:
    return NONE if seconds is None else escape(words.say("reports.minutes", n=f"{seconds / 60:.1f}"))


def summary(hall: Hall, report: Report, lang: str, address: str) -> tuple[str, str]:
    """A report as a mail: its subject, and some lines of plain text."""
    words = Words(lang)
    table = table_of(report, words, hall.names)
    whole = dict(zip((column.id for column in table.columns), table.rows[-1], strict=True))
    kinds = {name: kind for name, kind, _ in FIGURES}
    labels = {column.id: column.label for column in table.columns}
    told = [
        words.say("reports.mail_line", label=labels[name], value=figure(whole[name], kinds[name]))
        for name in kinds
        if name in ALWAYS or whole[name]
    ]
    subject = words.say(
        "reports.mail_title", hall=words.pick(hall.names), span=words.say(f"reports.span.{report.span}"),
        days=table.about,
    )  # fmt: skip
    lines = told if report.days else [words.say("reports.empty")]
    worst = sorted(report.rows, key=lambda row: -(row.wait_s.mean or 0))[:3]
    slow = [f"{words.pick(row.names) or row.key}: {_minutes(row.wait_s.mean, words)}" for row in worst if row.waited]
    more = ["", words.say("reports.mail_rows"), *slow] if slow else []
    page = ["", words.say("reports.mail_page", address=address)] if address else []
    return subject, "\n".join([*lines, *more, *page])
