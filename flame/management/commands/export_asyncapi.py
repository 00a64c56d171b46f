"""`manage.py export_asyncapi`: write what the websocket says of itself to docs/asyncapi.yaml. Again: nothing new."""

from flame.asyncapi import document
from flame.management.describing import DescribingCommand, yaml_of


def socket() -> bytes:
    return yaml_of(document())


class Command(DescribingCommand):
    help = "Write docs/asyncapi.yaml, the description of the websocket."
    document = "docs/asyncapi.yaml"
    describe = staticmethod(socket)
