from django.urls import path

from analytics.api import views

urlpatterns = [
    path("analytics/dashboard", views.DashboardView.as_view()),
    path("analytics/conversations", views.ConversationsView.as_view()),
    path("analytics/assistants", views.AssistantsView.as_view()),
    path("analytics/response-time", views.ResponseTimeView.as_view()),
    path("analytics/satisfaction", views.SatisfactionView.as_view()),
]
