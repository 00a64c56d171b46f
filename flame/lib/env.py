"""Reading the environment: an empty variable counts as unset, secrets are checked before anything starts."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

MIN_SECRET_BYTES = 32
DEVELOPMENT_SECRETS = {
    "JWT_SECRET": "development-only-access-secret-0123456789",
    "JWT_REFRESH_SECRET": "development-only-refresh-secret-012345678",
}
# The mission's example page prints these; a deployment that copied them is as open as one without any.
EXAMPLE_SECRETS = {"your-super-secret-jwt-key", "your-refresh-secret-key", *DEVELOPMENT_SECRETS.values()}

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
EXPECTED = {bool: "1 or 0", int: "a whole number", float: "a number"}
DATABASE_SCHEMES = {"postgresql", "postgres", "sqlite"}
SECRET_NAMES = ("_SECRET", "_TOKEN", "_KEY", "_KEYS", "_PASS", "_PASSWORD")


class Environment(environ.Env):
    """What cannot be read is noted in `problems`, one sentence each, and answered with the default: whoever has read
    all variables can then name all that are wrong at once.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__()
        self.ENVIRON = dict(values)
        self.problems: list[str] = []

    def get_value(self, var: str, cast: Any = str, default: Any = None, parse_default: bool = False) -> Any:
        """As it stands: the package's own reading follows a value that begins with `$` to another variable."""
        text = self.ENVIRON.get(var)
        if text is None:
            return default
        if cast in EXPECTED and not parses(text, cast):
            self.problems.append(f"{var} is {text!r}; it takes {EXPECTED[cast]}.")
            return default
        if cast is bool:
            return text.strip().lower() in TRUE
        if cast is list:
            return [item.strip() for item in text.split(",") if item.strip()]
        return cast(text)

    def one_of(self, var: str, choices: tuple[str, ...], default: str) -> str:
        value = self.str(var, default=default)
        if value not in choices:
            self.problems.append(f"{var} is {value!r}; it takes {' or '.join(map(repr, choices))}.")
            return default
        return str(value)

    def mapping(self, var: str) -> dict[str, Any]:
        """A JSON object. What cannot be read is not repeated: it may hold secrets."""
        with suppress(ValueError):
            value = json.loads(self.str(var, default="{}"))
            if isinstance(value, dict):
                return value
        self.problems.append(f"{var} holds no JSON object.")
        return {}

    def prices(self, var: str, default: dict[str, tuple[Decimal, Decimal]]) -> dict[str, tuple[Decimal, Decimal]]:
        """`{"<model>": [<per million tokens in>, <per million tokens out>]}` as JSON."""
        try:
            named = self.mapping(var).items()
            return {model: (Decimal(str(first)), Decimal(str(second))) for model, (first, second) in named} or default
        except (ValueError, TypeError, ArithmeticError):
            self.problems.append(f'{var} names no two prices for each model; it takes {{"gpt-5-mini": [0.25, 2.0]}}.')
            return default

    def database(self, var: str, default: str) -> dict[str, Any]:
        """Django's settings of the database that a URL names. The URL itself is not repeated: it holds a password."""
        url = self.str(var, default=default)
        config: dict[str, Any] = {}
        with suppress(ValueError):
            if urlsplit(url).scheme in DATABASE_SCHEMES:
                config = self.db_url_config(url)
        if not config.get("NAME"):
            self.problems.append(
                f"{var} names no database; it takes postgresql://user:password@host:5432/name or sqlite:////path/to/file."
            )
            config = self.db_url_config(default)
        return config


def parses(text: str, cast: type) -> bool:
    if cast is bool:
        return text.strip().lower() in TRUE | FALSE
    try:
        cast(text)
    except ValueError:
        return False
    return True


def load(dotenv: Path) -> Environment:
    """The process environment over the .env file, without the variables that are empty."""
    environ.Env.read_env(dotenv)
    return Environment({name: value for name, value in os.environ.items() if value.strip()})


def derive_key(secret: str, purpose: str) -> str:
    """A 32-byte urlsafe-base64 key for one purpose, from a longer-lived secret (HKDF's expand step, RFC 5869 §2.3)."""
    digest = hmac.new(secret.encode(), f"flame:{purpose}\x01".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()


def secret_problems(values: Mapping[str, str]) -> list[str]:
    """One sentence per secret that is missing, an example, too short or used twice."""
    problems = []
    for name, value in values.items():
        if not value:
            problems.append(f"{name} is not set.")
        elif value in EXAMPLE_SECRETS:
            problems.append(f"{name} is an example value; generate one of your own.")
        elif len(value.encode()) < MIN_SECRET_BYTES:
            problems.append(f"{name} has fewer than {MIN_SECRET_BYTES} bytes.")
    given = [value for value in values.values() if value]
    if len(set(given)) < len(given):
        problems.append(f"{' and '.join(values)} must differ.")
    return problems


def secret_values(values: Mapping[str, str]) -> list[str]:
    """Every value whose name says that it is a secret."""
    given = [value for name, value in values.items() if name.endswith(SECRET_NAMES)]
    return [part.strip() for value in given for part in value.split(",")]
