"""Lists: `{count, next, previous, results}`, `page`, `page_size` (20, at most 200)."""

from rest_framework.pagination import PageNumberPagination


class PagePagination(PageNumberPagination):
    page_size = 20
    max_page_size = 200
    page_size_query_param = "page_size"
