from django.urls import path
from rest_framework.routers import SimpleRouter

from integrations.api.capabilities import CapabilitiesView
from integrations.api.connections import ConnectView, DisconnectView, StatusView
from integrations.api.views import IntegrationViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("integrations", IntegrationViewSet)

urlpatterns = [
    *router.urls,
    path("integrations/<uuid:pk>/connect", ConnectView.as_view()),
    path("integrations/<uuid:pk>/disconnect", DisconnectView.as_view()),
    path("integrations/<uuid:pk>/status", StatusView.as_view()),
    path("integrations/<uuid:pk>/capabilities", CapabilitiesView.as_view()),
]
