"""Filters of lists that may be given several times, any one of which a row has to meet.

They look at columns of the row itself, so nothing comes twice; DISTINCT would sort every row by every column.
"""

from typing import Any

import django_filters as filters
from django import forms
from django_filters.fields import ModelMultipleChoiceField


class Given:
    """Of a field with several values: an empty one is none, as a form's empty field is."""

    def clean(self, value: Any) -> Any:
        return super().clean([each for each in value or () if each])  # type: ignore[misc]  # the field beside it has one


class SeveralChoices(Given, forms.MultipleChoiceField):
    pass


class SeveralRows(Given, ModelMultipleChoiceField):
    pass


class AnyOf(filters.MultipleChoiceFilter):
    field_class = SeveralChoices

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(distinct=False, **kwargs)


class AnyRow(filters.ModelMultipleChoiceFilter):
    field_class = SeveralRows

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(distinct=False, **kwargs)
