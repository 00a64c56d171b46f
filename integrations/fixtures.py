"""What each platform really sends, as its adapter's folder keeps it: for the contract suite and the API description."""

import json
import sys
from pathlib import Path
from typing import Any

from integrations.registry import PLATFORMS


def fixtures_of(platform: str) -> Path:
    """The folder of `{body, events}` files, one per kind of webhook, and of `_account.json`."""
    return Path(str(sys.modules[type(PLATFORMS[platform]).__module__].__file__)).parent / "fixtures"


def text_webhook(platform: str) -> Any:
    """The body that brings a customer's text."""
    return json.loads((fixtures_of(platform) / "text.json").read_text(encoding="utf-8"))["body"]
