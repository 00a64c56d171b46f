"""Reading the environment: an empty variable counts as unset, secrets are checked before anything starts."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from pathlib import Path

import environ

MIN_SECRET_BYTES = 32
DEVELOPMENT_SECRETS = {
    "JWT_SECRET": "development-only-access-secret-0123456789",
    "JWT_REFRESH_SECRET": "development-only-refresh-secret-012345678",
}
# The mission's example page prints these; a deployment that copied them is as open as one without any.
EXAMPLE_SECRETS = {"your-super-secret-jwt-key", "your-refresh-secret-key", *DEVELOPMENT_SECRETS.values()}


def load(dotenv: Path) -> environ.Env:
    """The process environment over the .env file, without the variables that are empty."""
    environ.Env.read_env(dotenv)
    env = environ.Env()
    env.ENVIRON = {name: value for name, value in os.environ.items() if value.strip()}
    return env


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
