"""The five reports. API, tables and admin all show what `build` answers, so their numbers cannot differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from analytics.grouping import Figures, Values
from analytics.queries.assistants import assistants
from analytics.queries.messages import messages
from analytics.queries.ratings import ratings
from analytics.queries.replies import first_responses, reply_times
from analytics.queries.resolutions import ai_resolutions, resolution_times
from analytics.queries.runs import runs
from analytics.queries.threads import threads
from analytics.ranges import Span
from analytics.scope import Scope
from assistants.models import Assistant
from flame.lib.times import utc
from integrations.models import PlatformName

JSON = dict[str, Any]
Labels = dict[str, str]
"""Of a breakdown's parts: their names by their keys, in the order in which they are shown."""


@dataclass(frozen=True)
class Report:
    name: str
    metrics: tuple[str, ...]
    sources: tuple[Callable[[Scope], Figures], ...]
    labels: Callable[[Scope, set[str]], Labels]
    """Told which keys occur."""


def build(report: Report, scope: Scope) -> JSON:
    """`{range, previous, totals, series, breakdown}`."""
    found = [source(scope) for source in report.sources]
    labels = report.labels(scope, {key for figures in found for key in figures.breakdown})

    def shown(parts: Sequence[Values]) -> Values:
        measured = {name: value for part in parts for name, value in part.items()}
        return {name: measured.get(name) for name in report.metrics}

    return {
        "range": {
            **_span(scope.range, "from", "to"),
            "tz": scope.range.zone.key,
            "group_by": scope.range.group_by,
        },
        "previous": {**_span(scope.range.previous, "from", "to"), "totals": shown([each.previous for each in found])},
        "totals": shown([each.totals for each in found]),
        "series": [
            {**_span(step, "start", "end"), **shown([each.series[place] for each in found])}
            for place, step in enumerate(scope.range.steps)
        ],
        "breakdown": [
            {"key": key, "label": label, **shown([each.breakdown.get(key, each.empty) for each in found])}
            for key, label in labels.items()
        ],
    }


def _span(span: Span, start: str, end: str) -> JSON:
    return {start: utc(span.start), end: utc(span.end)}


def _platforms(scope: Scope, _occurring: set[str]) -> Labels:
    return {value: label for value, label in PlatformName.choices if not scope.platforms or value in scope.platforms}


def _assistants(scope: Scope, _occurring: set[str]) -> Labels:
    named = Assistant.objects.visible_to(scope.user)
    if scope.assistants:
        named = named.filter(pk__in=scope.assistants)
    return {str(pk): name for pk, name in named.values_list("pk", "name")}


def _speakers(scope: Scope, occurring: set[str]) -> Labels:
    """Who replied; together under no key, those who have left or wrote in a platform's own app."""
    people = User.objects.visible_to(scope.user).order_by("name", "pk").values_list("pk", "name")
    known = {**_assistants(scope, occurring), **{str(pk): name for pk, name in people}}
    named = {key: name for key, name in known.items() if key in occurring}
    return {**named, "": _("Unidentified")} if "" in occurring else named


DASHBOARD = Report(
    name="dashboard",
    metrics=(
        "conversations_new",
        "conversations_resolved",
        "conversations_reopened",
        "backlog",
        "messages_in",
        "messages_out",
        "messages_failed",
        "first_response",
        "reply_time",
        "resolution_time",
        "ai_resolution_rate",
        "handoff_rate",
        "csat",
    ),
    sources=(
        threads,
        messages,
        partial(first_responses, part="platform"),
        partial(reply_times, part="platform"),
        resolution_times,
        partial(ai_resolutions, part="platform"),
        partial(assistants, part="platform"),
        ratings,
    ),
    labels=_platforms,
)
CONVERSATIONS = Report(
    name="conversations",
    metrics=(
        "conversations_new",
        "conversations_resolved",
        "conversations_reopened",
        "backlog",
        "messages_in",
        "messages_out",
        "messages_out_assistant",
        "messages_out_agent",
        "messages_failed",
        "resolution_time",
    ),
    sources=(threads, messages, resolution_times),
    labels=_platforms,
)
ASSISTANTS = Report(
    name="assistants",
    metrics=(
        "conversations_answered",
        "messages_out_assistant",
        "first_ai_response",
        "ai_reply_time",
        "ai_resolution_rate",
        "handoff_rate",
        "ai_cost",
        "ai_tokens",
        "ai_latency",
        "ai_failures",
    ),
    sources=(
        partial(assistants, part="speaker"),
        partial(first_responses, part="speaker"),
        partial(reply_times, part="speaker"),
        partial(ai_resolutions, part="speaker"),
        runs,
    ),
    labels=_assistants,
)
RESPONSE_TIME = Report(
    name="response-time",
    metrics=(
        "first_response",
        "first_ai_response",
        "first_human_response",
        "reply_time",
        "ai_reply_time",
        "human_reply_time",
    ),
    sources=(partial(first_responses, part="speaker"), partial(reply_times, part="speaker")),
    labels=_speakers,
)
SATISFACTION = Report(name="satisfaction", metrics=("csat",), sources=(ratings,), labels=_platforms)
REPORTS = (DASHBOARD, CONVERSATIONS, ASSISTANTS, RESPONSE_TIME, SATISFACTION)
