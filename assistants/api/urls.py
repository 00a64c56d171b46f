from django.urls import path
from rest_framework.routers import SimpleRouter

from assistants.api.candidates import ApprovalView, CandidatesView, RejectionView
from assistants.api.outlook import OutlookView
from assistants.api.prompts import PromptVersionsView, RestorePromptView
from assistants.api.schedules import ExceptionsView, OneExceptionView, OneScheduleView, SchedulesView
from assistants.api.sources import OneSourceView, SourcesView
from assistants.api.training import OneTrainingView, PublicationView, TrainingsView, TrainView
from assistants.api.views import AssistantViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("assistants", AssistantViewSet)

urlpatterns = [
    *router.urls,
    path("assistants/<uuid:pk>/schedules", SchedulesView.as_view()),
    path("assistants/<uuid:pk>/schedules/<uuid:schedule_pk>", OneScheduleView.as_view()),
    path("assistants/<uuid:pk>/exceptions", ExceptionsView.as_view()),
    path("assistants/<uuid:pk>/exceptions/<uuid:exception_pk>", OneExceptionView.as_view()),
    path("assistants/<uuid:pk>/prompts", PromptVersionsView.as_view()),
    path("assistants/<uuid:pk>/prompts/<uuid:prompt_pk>/restore", RestorePromptView.as_view()),
    path("schedules/check", OutlookView.as_view()),
    path("assistants/<uuid:pk>/sources", SourcesView.as_view()),
    path("assistants/<uuid:pk>/sources/<uuid:source_pk>", OneSourceView.as_view()),
    path("assistants/<uuid:pk>/faq-candidates", CandidatesView.as_view()),
    path("assistants/<uuid:pk>/faq-candidates/<uuid:candidate_pk>/approve", ApprovalView.as_view()),
    path("assistants/<uuid:pk>/faq-candidates/<uuid:candidate_pk>/reject", RejectionView.as_view()),
    path("assistants/<uuid:pk>/train", TrainView.as_view()),
    path("assistants/<uuid:pk>/training", TrainingsView.as_view()),
    path("assistants/<uuid:pk>/training/<uuid:run_pk>", OneTrainingView.as_view()),
    path("assistants/<uuid:pk>/training/<uuid:run_pk>/publish", PublicationView.as_view()),
]
