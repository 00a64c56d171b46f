"""Admin pages to look at: what they show is written elsewhere."""

from typing import Any

from django.http import HttpRequest


class ReadOnly:
    """Beside ModelAdmin or an inline. Actions of its own are still possible."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
