"""`ETag` and `If-None-Match` where one object is read: who has it as it is gets 304 and no body."""

from collections.abc import Callable

from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

HEADERS = [
    OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="An ETag answered before."),
    OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[200], description="Changes with the object."),
]


def conditional(method: Callable[..., Response]) -> Callable[..., Response]:
    """For the `get` or `retrieve` of an API view."""
    return extend_schema(parameters=HEADERS)(method_decorator(conditional_page)(method))
