"""What people read for the name of a field: its name in words, translated, as if each field said so itself."""

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


def translate_labels(app: AppConfig) -> None:
    """For every field without words of its own. Before forms are made of the models, which take the labels along."""
    for model in app.get_models():
        for field in model._meta.local_fields:  # noqa: SLF001 - Django's documented API
            if not isinstance(field.verbose_name, Promise):
                field.verbose_name = gettext_lazy(field.verbose_name)
