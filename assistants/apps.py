from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class AssistantsConfig(AppConfig):
    name = "assistants"
    verbose_name = gettext_lazy("Assistants")
