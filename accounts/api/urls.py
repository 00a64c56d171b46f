from django.urls import path

from accounts.api import events, passwords, profile, sessions, team

urlpatterns = [
    path("auth/register", sessions.RegisterView.as_view()),
    path("auth/login", sessions.LoginView.as_view()),
    path("auth/logout", sessions.LogoutView.as_view()),
    path("auth/refresh", sessions.RefreshView.as_view()),
    path("auth/ws-ticket", sessions.TicketView.as_view()),
    path("auth/forgot-password", passwords.ForgotPasswordView.as_view()),
    path("auth/reset-password", passwords.ResetPasswordView.as_view()),
    path("auth/me", profile.MeView.as_view()),
    path("auth/profile", profile.ProfileView.as_view()),
    path("team", team.TeamView.as_view()),
    path("events", events.EventsView.as_view()),
]
