"""`manage.py export_openapi`: write what the API says of itself to docs/openapi.yaml. Again: nothing new."""

from flame.lib.openapi import EnglishGenerator
from flame.management.describing import DescribingCommand, yaml_of


def rest() -> bytes:
    return yaml_of(EnglishGenerator().get_schema(public=True))  # type: ignore[no-untyped-call]  # theirs


class Command(DescribingCommand):
    help = "Write docs/openapi.yaml, the description of the REST API."
    document = "docs/openapi.yaml"
    describe = staticmethod(rest)
