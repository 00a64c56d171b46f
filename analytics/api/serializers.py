"""The shape of a report, for its description: analytics.reports makes the answer."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from analytics.metrics import CSAT, DISTRIBUTION, METRICS, SHARE
from analytics.ranges import GROUPS
from analytics.reports import Report


class DistributionSerializer(serializers.Serializer[Any]):
    """Of durations, in seconds."""

    median = serializers.FloatField(allow_null=True)
    p90 = serializers.FloatField(allow_null=True)
    mean = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()


class ShareSerializer(serializers.Serializer[Any]):
    share = serializers.FloatField(allow_null=True, help_text="From 0 to 1; null of nothing")
    n = serializers.IntegerField(help_text="Of how many")


class ScoresSerializer(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        return {str(score): serializers.IntegerField() for score in range(1, 6)}


class SatisfactionSerializer(serializers.Serializer[Any]):
    share = serializers.FloatField(allow_null=True, help_text="Of 4 and 5, from 0 to 1")
    mean = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    response_rate = serializers.FloatField(allow_null=True, help_text="Null: who was asked is not recorded")
    distribution = ScoresSerializer()


class RangeSerializer(serializers.Serializer[Any]):
    to = serializers.DateTimeField()
    tz = serializers.CharField()
    group_by = serializers.ChoiceField(GROUPS)

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateTimeField(), **super().get_fields()}


SHAPES: Mapping[tuple[str, ...], type[serializers.Serializer[Any]]] = {
    DISTRIBUTION: DistributionSerializer,
    SHARE: ShareSerializer,
    CSAT: SatisfactionSerializer,
}


def answer_of(report: Report) -> Any:
    """The serializer that describes the report."""
    title = "".join(word.capitalize() for word in report.name.split("-"))

    def part(kind: str, **fields: Any) -> Any:
        return {"name": f"{title}{kind}", "fields": {**fields, **{name: _field(name) for name in report.metrics}}}

    moment = serializers.DateTimeField
    totals = inline_serializer(**part("Totals"))
    previous = {"from": moment(), "to": moment(), "totals": totals}
    return inline_serializer(
        f"{title}Report",
        {
            "range": RangeSerializer(),
            "previous": inline_serializer(f"{title}Previous", previous),
            "totals": totals,
            "series": inline_serializer(**part("Step", start=moment(), end=moment()), many=True),
            "breakdown": inline_serializer(
                **part("Part", key=serializers.CharField(), label=serializers.CharField()), many=True
            ),
        },
    )


def _field(name: str) -> Any:
    metric = METRICS[name]
    number = serializers.IntegerField if metric.whole else serializers.FloatField
    shape = SHAPES[metric.parts] if metric.parts else number
    return shape(allow_null=metric.nullable, help_text=metric.definition)
