from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User


class OwnerOnly(BasePermission):
    """The account's owner, by the row: members of the team and strangers do not manage it."""

    code = "owner_only"
    message = _("Only the owner of the account may do this.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User) and request.user.team_owner_id is None


class OwnerWrites(OwnerOnly):
    """Everybody of the account reads; its owner writes."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or super().has_permission(request, view)
