"""What assistants know: sources, trainings, versions, and what people answered that waits for approval."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import stream
from accounts.access import actor
from assistants.admin.parts import PartOfAssistant
from assistants.candidates import approve, reject
from assistants.knowledge.problems import sentence
from assistants.models import Assistant, FAQCandidate, KnowledgeSource, KnowledgeVersion, TrainingRun
from assistants.tasks import train
from assistants.training.runs import begin_training, publish_reviewed
from flame.lib.asking_first import ask_first, is_confirmed
from flame.lib.doorbell import ring_on_commit
from flame.lib.read_only import ReadOnly


@admin.register(KnowledgeSource)
class KnowledgeSourceAdmin(PartOfAssistant, admin.ModelAdmin):
    list_display = ("title", "assistant", "owner", "kind", "status", "problem", "updated_at")
    list_filter = ("kind", "status")
    list_select_related = ("assistant__user",)
    search_fields = ("title", "content", "assistant__name", "assistant__user__email")
    ordering = ("-updated_at", "id")
    date_hierarchy = "created_at"
    autocomplete_fields = ("assistant",)
    fields = ("id", "assistant", "kind", "title", "url", "content", "items", "status", "problem", "updated_at")
    readonly_fields = ("id", "status", "problem", "updated_at")
    actions = ("train_assistants",)

    @admin.display(description=gettext_lazy("Owner"))
    def owner(self, source: KnowledgeSource) -> str:
        return source.assistant.user.email

    @admin.display(description=gettext_lazy("Problem"))
    def problem(self, source: KnowledgeSource) -> str:
        return sentence(source.error) or self.get_empty_value_display()

    @admin.action(description=gettext_lazy("Train the assistants of the selected sources"))
    def train_assistants(self, request: HttpRequest, sources: QuerySet[KnowledgeSource]) -> None:
        wanted = Assistant.objects.filter(sources__in=sources).distinct()
        for pk in list(wanted.values_list("pk", flat=True)):
            with stream.gathered():
                assistant = Assistant.objects.select_for_update().get(pk=pk)
                run = begin_training(assistant, actor(request))
                ring_on_commit(train, str(run.pk))
        self.message_user(request, _("Training has begun; its end shows in the training runs."), messages.SUCCESS)


@admin.register(TrainingRun)
class TrainingRunAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("assistant", "status", "stage", "done", "total", "problem", "created_at", "finished_at")
    list_filter = ("status", "stage")
    list_select_related = ("assistant",)
    search_fields = ("assistant__name", "assistant__user__email")
    ordering = ("-created_at", "id")
    date_hierarchy = "created_at"
    actions = ("publish_reviewed",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request).defer("version__blob")
        return found

    @admin.display(description=gettext_lazy("Problem"))
    def problem(self, run: TrainingRun) -> str:
        return sentence(run.error) or self.get_empty_value_display()

    @admin.action(description=gettext_lazy("Publish the selected trainings that need a review"))
    def publish_reviewed(self, request: HttpRequest, runs: QuerySet[TrainingRun]) -> HttpResponse | None:
        waiting = runs.filter(status=TrainingRun.Status.NEEDS_REVIEW)
        if not is_confirmed(request):
            return ask_first(self, request, waiting, _("Publish in spite of what the report says?"))
        published = 0
        for run in waiting.select_related("assistant"):
            with stream.gathered():
                Assistant.objects.select_for_update().get(pk=run.assistant_id)
                published += publish_reviewed(run, actor(request))
            self.log_change(request, run, "publish")
        text = ngettext("%(count)d training was published.", "%(count)d trainings were published.", published)
        self.message_user(request, text % {"count": published}, messages.SUCCESS)
        return None


@admin.register(KnowledgeVersion)
class KnowledgeVersionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("assistant", "number", "published", "passages", "created_at")
    list_filter = ("published",)
    list_select_related = ("assistant",)
    search_fields = ("assistant__name", "assistant__user__email")
    ordering = ("-created_at", "id")
    date_hierarchy = "created_at"
    fields = ("id", "assistant", "number", "published", "passages", "digest", "report", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request).defer("blob")
        return found


@admin.register(FAQCandidate)
class FAQCandidateAdmin(admin.ModelAdmin):
    list_display = ("question", "answer", "assistant", "status", "asked", "asked_at")
    list_filter = ("status",)
    list_select_related = ("assistant",)
    search_fields = ("question", "answer", "assistant__name")
    ordering = ("-asked", "-asked_at", "id")
    date_hierarchy = "asked_at"
    fields = ("id", "assistant", "question", "answer", "status", "asked", "asked_at")
    readonly_fields = ("id", "assistant", "status", "asked", "asked_at")
    actions = ("approve", "reject")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description=gettext_lazy("Approve the selected questions"))
    def approve(self, request: HttpRequest, candidates: QuerySet[FAQCandidate]) -> None:
        """Those without an answer stay as they are."""
        approved = 0
        for candidate in candidates.exclude(answer="").select_related("assistant"):
            with transaction.atomic():
                Assistant.objects.select_for_update().get(pk=candidate.assistant_id)
                approved += approve(candidate, candidate.question, candidate.answer)
            self.log_change(request, candidate, "approve")
        text = ngettext("%(count)d question was approved.", "%(count)d questions were approved.", approved)
        self.message_user(request, text % {"count": approved}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Reject the selected questions"))
    def reject(self, request: HttpRequest, candidates: QuerySet[FAQCandidate]) -> None:
        rejected = sum(reject(candidate) for candidate in candidates)
        text = ngettext("%(count)d question was rejected.", "%(count)d questions were rejected.", rejected)
        self.message_user(request, text % {"count": rejected}, messages.SUCCESS)
