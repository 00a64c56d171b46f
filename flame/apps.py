from django.apps import AppConfig


class FlameConfig(AppConfig):
    name = "flame"

    def ready(self) -> None:
        from flame import checks  # noqa: F401, PLC0415 - importing registers them
