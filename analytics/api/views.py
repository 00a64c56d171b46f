"""The five reports over REST, as JSON or, by `Accept: text/csv`, as a table."""

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics import reports
from analytics.api.parameters import ReportQuery, read_scope
from analytics.api.serializers import answer_of
from analytics.api.tables import CSVRenderer
from analytics.reports import Report, build


def described(report: Report, summary: str, breakdown: str) -> Any:
    return extend_schema(
        summary=summary,
        description=(
            f"`totals` of the range, `previous` for the period of the same length before it, `series` with every step"
            f" (empty ones too), `breakdown` by {breakdown}. Durations are in seconds. What cannot be known is null."
        ),
        parameters=[ReportQuery],
        responses={(200, "application/json"): answer_of(report), (200, "text/csv"): OpenApiTypes.STR},
    )


class ReportView(APIView):
    report: ClassVar[Report]
    renderer_classes = [JSONRenderer, CSVRenderer]

    def get(self, request: Request) -> Response:
        answer = Response(build(self.report, read_scope(request)))
        if isinstance(request.accepted_renderer, CSVRenderer):
            answer["Content-Disposition"] = f'attachment; filename="{self.report.name}.csv"'
        return answer

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]  # as DRF's own
        answer_in_json(request)
        return super().options(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        answer_in_json(self.request)
        return super().handle_exception(exc)


def answer_in_json(request: Request) -> None:
    """What is no report has no table, whatever was asked for."""
    request.accepted_renderer = JSONRenderer()
    request.accepted_media_type = JSONRenderer.media_type


@described(reports.DASHBOARD, "The figures of the dashboard", "platform")
class DashboardView(ReportView):
    report = reports.DASHBOARD


@described(reports.CONVERSATIONS, "How many conversations and messages there were", "platform")
class ConversationsView(ReportView):
    report = reports.CONVERSATIONS


@described(reports.ASSISTANTS, "What the assistants did", "assistant")
class AssistantsView(ReportView):
    report = reports.ASSISTANTS


@described(reports.RESPONSE_TIME, "How long customers waited", "who replied")
class ResponseTimeView(ReportView):
    report = reports.RESPONSE_TIME


@described(reports.SATISFACTION, "How customers rated", "platform")
class SatisfactionView(ReportView):
    report = reports.SATISFACTION
