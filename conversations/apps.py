from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class ConversationsConfig(AppConfig):
    name = "conversations"
    verbose_name = gettext_lazy("Conversations")

    def ready(self) -> None:
        from conversations import ingest  # noqa: PLC0415 - models exist only once the apps are loaded
        from integrations import inbound  # noqa: PLC0415

        inbound.register(ingest.handle_inbound)
