from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from accounts.pages import set_password_page
from flame.health import health, live
from flame.pages import api_docs, start

urlpatterns = [
    path("", start),
    path("health", health),
    path("health/live", live),
    path("health/ready", health),
    path("admin/", admin.site.urls),
    path("reset-password", set_password_page),
    path("api/schema", SpectacularAPIView.as_view()),
    path("api/docs", api_docs),
    path("api/", include("accounts.api.urls")),
    path("api/", include("assistants.api.urls")),
    path("api/", include("integrations.api.urls")),
    path("api/", include("conversations.api.urls")),
    path("api/", include("analytics.api.urls")),
]
