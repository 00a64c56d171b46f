"""Lists: `{count, next, previous, results}`, `page`, `page_size` (20, at most 200). `count` is exact below 10,000."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.fields import IntegerField
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from flame.lib.bounded_paginator import MAX_COUNT, BoundedPaginator

SIZE, MAX_SIZE = 20, 200
LINK = {"type": ["string", "null"], "format": "uri"}
PAGE_SIZE = {"type": "integer", "minimum": 1, "default": SIZE}
CAPPED = f"More than {MAX_SIZE} counts as {MAX_SIZE}."


class PagePagination(PageNumberPagination):
    django_paginator_class = BoundedPaginator
    page_size = SIZE
    max_page_size = MAX_SIZE
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        """Raises ValidationError where DRF falls back on its default: whoever asks wrongly should know."""
        given = request.query_params.get(self.page_size_query_param)
        if given is None:
            return self.page_size
        try:
            size: int = IntegerField(min_value=1).run_validation(given)
        except ValidationError as error:
            raise ValidationError({self.page_size_query_param: error.detail}) from error
        return min(size, self.max_page_size)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """DRF's says `nullable`, which OpenAPI 3.1 no longer knows."""
        count = {"type": "integer", "maximum": MAX_COUNT, "description": f"{MAX_COUNT} stands for that many or more."}
        properties = {"count": count, "next": LINK, "previous": LINK, "results": schema}
        return {"type": "object", "required": [*properties], "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}},
            {"name": self.page_size_query_param, "in": "query", "schema": PAGE_SIZE, "description": CAPPED},
        ]
