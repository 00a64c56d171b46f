from django.apps import AppConfig, apps


class FlameConfig(AppConfig):
    name = "flame"

    def ready(self) -> None:
        from flame import checks  # noqa: F401, PLC0415 - importing registers them
        from flame.lib.labels import translate_labels  # noqa: PLC0415 - beside the other

        for name in ("accounts", "assistants", "integrations", "conversations", "analytics"):
            translate_labels(apps.get_app_config(name))
