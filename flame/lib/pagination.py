"""Lists: `{count, next, previous, results}`, `page`, `page_size` (20, at most 200). `count` is exact below 10,000."""

from typing import Any

from rest_framework.pagination import PageNumberPagination

from flame.lib.bounded_paginator import MAX_COUNT, BoundedPaginator

LINK = {"type": ["string", "null"], "format": "uri"}


class PagePagination(PageNumberPagination):
    django_paginator_class = BoundedPaginator
    page_size = 20
    max_page_size = 200
    page_size_query_param = "page_size"

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """DRF's says `nullable`, which OpenAPI 3.1 no longer knows."""
        count = {"type": "integer", "maximum": MAX_COUNT, "description": f"{MAX_COUNT} stands for that many or more."}
        properties = {"count": count, "next": LINK, "previous": LINK, "results": schema}
        return {"type": "object", "required": [*properties], "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        first = {"type": "integer", "minimum": 1, "default": 1}
        size = {"type": "integer", "minimum": 1, "default": self.page_size}
        return [
            {"name": "page", "in": "query", "required": False, "schema": first},
            {
                "name": self.page_size_query_param,
                "in": "query",
                "required": False,
                "description": f"More than {self.max_page_size} counts as {self.max_page_size}.",
                "schema": size,
            },
        ]
