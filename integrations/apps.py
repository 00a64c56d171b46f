from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = gettext_lazy("Integrations")

    def ready(self) -> None:
        from integrations import checks  # noqa: F401, PLC0415 - importing registers them, once the apps are loaded
