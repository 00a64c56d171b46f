from django.apps import AppConfig
from django.db.backends.signals import connection_created


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self) -> None:
        from analytics.database import add_functions  # noqa: PLC0415 - models exist only once the apps are loaded

        # Django's only way to give SQLite functions: they belong to a connection, and threads make new ones.
        connection_created.connect(add_functions)
