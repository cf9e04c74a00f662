"""`/reports/HALL/charts/NAME.svg`: the charts of a report, for managers alone."""

from aiohttp import web

from queue_server.domain.refusals import Refusal
from queue_server.flows.report_pictures import CHARTS
from queue_server.store.asking import StoreDown
from queue_server.web.auth import Auth, check
from queue_server.web.charts import KEPT, sitting_of
from queue_server.web.context import SERVICES
from queue_server.web.endpoint import as_problem
from queue_server.web.reports import day_of_query
from queue_server.web.route import MANAGERS


class ReportCharts:
    """Draws what `GET /reports/{span}` tells."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A chart, in the language and of the size that was asked for."""
        try:
            picture = await self._drawn(request)
        except (Refusal, StoreDown) as error:
            return as_problem(request, error)
        return web.Response(text=picture, content_type="image/svg+xml", headers=KEPT)

    async def _drawn(self, request: web.Request) -> str:
        services, query = request.app[SERVICES], request.query
        hall, chart = request.match_info["hall"], CHARTS.get(request.match_info["chart"])
        running = services.halls.get(hall)
        if running is None:
            raise Refusal("NO_SUCH_HALL", {"hall": hall})
        check(await self._auth.caller(request), MANAGERS, hall, 0, "")
        if chart is None:
            raise Refusal("NO_SUCH_PAGE", {"path": request.path})
        found = await services.reports.report(
            running.hall, query.get("span", "day"), day_of_query(query), query.get("by", "queue"), services.clock()
        )
        return chart(found, sitting_of(request))
