from django.urls import path
from rest_framework.routers import SimpleRouter

from conversations.api.backtests import BacktestAnswersView, BacktestsView, BeginBacktestView, OneBacktestView
from conversations.api.bulk import BulkView
from conversations.api.canned_responses import CannedResponseViewSet
from conversations.api.drafts import DraftsView, DraftView, SendDraftView
from conversations.api.media import FileView, LinkView, UploadView
from conversations.api.members import MemberView
from conversations.api.messages import MessagesView, RetryView
from conversations.api.previews import PreviewView
from conversations.api.runs import ExplanationView, FeedbackView, RunsView
from conversations.api.views import ConversationViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("conversations", ConversationViewSet)
router.register("canned-responses", CannedResponseViewSet)

urlpatterns = [
    *router.urls,
    path("conversations/bulk", BulkView.as_view()),
    path("conversations/<uuid:pk>/messages", MessagesView.as_view()),
    path("team/<uuid:member_id>", MemberView.as_view()),
    path("media", UploadView.as_view()),
    path("media/<uuid:pk>", FileView.as_view()),
    path("media/<uuid:pk>/link", LinkView.as_view()),
    path("conversations/<uuid:pk>/drafts", DraftsView.as_view()),
    path("conversations/<uuid:pk>/runs", RunsView.as_view()),
    path("drafts/<uuid:pk>", DraftView.as_view()),
    path("drafts/<uuid:pk>/send", SendDraftView.as_view()),
    path("messages/<uuid:pk>/explanation", ExplanationView.as_view()),
    path("messages/<uuid:pk>/feedback", FeedbackView.as_view()),
    path("messages/<uuid:pk>/retry", RetryView.as_view()),
    path("assistants/<uuid:pk>/preview", PreviewView.as_view()),
    path("assistants/<uuid:pk>/backtest", BeginBacktestView.as_view()),
    path("assistants/<uuid:pk>/backtests", BacktestsView.as_view()),
    path("assistants/<uuid:pk>/backtests/<uuid:backtest_pk>", OneBacktestView.as_view()),
    path("assistants/<uuid:pk>/backtests/<uuid:backtest_pk>/answers", BacktestAnswersView.as_view()),
]
