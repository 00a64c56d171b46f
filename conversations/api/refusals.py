"""A refusal that one field of the body is to blame for."""

from django.utils.functional import Promise

from flame.lib.errors import Problem


def refusal(code: str, sentence: str | Promise, field: str) -> Problem:
    return Problem(400, code, sentence, details=[{"field": field, "code": code, "message": str(sentence)}])
