from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from conversations import ingest  # noqa: PLC0415 - models exist only once the apps are loaded
        from integrations import inbound  # noqa: PLC0415

        inbound.register(ingest.handle_inbound)
