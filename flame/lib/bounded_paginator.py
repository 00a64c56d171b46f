"""Pages that cost the same however long the list is: one row more tells of a next page, and the count has a limit."""

from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

MAX_PAGE = 1_000_000  # no offset beyond what both databases take
MAX_COUNT = 10_000
"""Counting 200,000 rows takes longer than reading a page of them, and nobody reads the difference."""


class BoundedPage(Page):  # type: ignore[type-arg]  # generic only in its stubs
    """A page that knows whether another follows, without the count."""

    def __init__(self, rows: list[Any], number: int, paginator: "BoundedPaginator") -> None:
        super().__init__(rows[: paginator.per_page], number, paginator)
        self.followed = len(rows) > paginator.per_page

    def has_next(self) -> bool:
        return self.followed

    def next_page_number(self) -> int:
        return self.number + 1

    def previous_page_number(self) -> int:
        return self.number - 1


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    @cached_property
    def count(self) -> int:
        """How many there are, at most MAX_COUNT. In no order: the limit would have them sorted to be counted."""
        rows: Any = self.object_list
        return int(rows.order_by()[:MAX_COUNT].count())

    def page(self, number: Any) -> BoundedPage:
        """Raises PageNotAnInteger or EmptyPage."""
        try:
            number = int(number)
        except (TypeError, ValueError) as error:
            raise PageNotAnInteger(_("That page number is not an integer.")) from error
        first = (number - 1) * self.per_page
        rows = list(self.object_list[first : first + self.per_page + 1]) if 0 < number <= MAX_PAGE else []
        if not rows and number != 1:
            raise EmptyPage(_("That page contains no results"))
        return BoundedPage(rows, number, self)
