from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = gettext_lazy("Accounts")

    def ready(self) -> None:
        from accounts import checks  # noqa: F401, PLC0415 - registers itself
        from accounts.api import schema  # noqa: F401, PLC0415 - registers itself
