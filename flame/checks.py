"""What the environment says that cannot work, as Django system checks. `obj` is the variable."""

from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's own name

from flame.lib.env import derive_key

NEW_FIELD_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
LOCAL = {"localhost", "127.0.0.1", "::1"}
MAX_PORT = 65535


@register()
def field_keys_encrypt(**_: Any) -> list[CheckMessage]:
    try:
        for key in settings.FIELD_KEYS:
            Fernet(key)
    except ValueError:
        hint = f"Make one with `{NEW_FIELD_KEY}`; several are separated by commas, the newest first."
        return [Error("FIELD_KEYS holds a value that is no Fernet key.", hint=hint, obj="FIELD_KEYS", id="flame.E001")]
    return []


@register(deploy=True)
def field_keys_stand_alone(**_: Any) -> list[CheckMessage]:
    derived = [derive_key(settings.JWT_SECRET, "fields")]
    if not settings.PRODUCTION or derived != settings.FIELD_KEYS:
        return []
    message = "FIELD_KEYS is not set, so a new JWT_SECRET makes every stored credential unreadable."
    hint = f"Set it before the first account is connected; make one with `{NEW_FIELD_KEY}`."
    return [Warning(message, hint=hint, obj="FIELD_KEYS", id="flame.W001")]


@register()
def port_exists(**_: Any) -> list[CheckMessage]:
    if 0 < settings.PORT <= MAX_PORT:
        return []
    return [Error(f"PORT is {settings.PORT}.", hint=f"It takes 1 to {MAX_PORT}.", obj="PORT", id="flame.E002")]


@register()
def public_url_is_an_address(**_: Any) -> list[CheckMessage]:
    if is_web_address(settings.PUBLIC_URL):
        return []
    hint = "It takes the address by which platforms and browsers reach this server: https://inbox.example.com."
    return [Error(f"PUBLIC_URL is {settings.PUBLIC_URL!r}.", hint=hint, obj="PUBLIC_URL", id="flame.E003")]


@register(deploy=True)
def platforms_reach_us(**_: Any) -> list[CheckMessage]:
    url = urlsplit(settings.PUBLIC_URL)
    if not settings.PRODUCTION or (url.scheme == "https" and url.hostname not in LOCAL):
        return []
    message = f"PUBLIC_URL is {settings.PUBLIC_URL!r}, and platforms deliver to public https addresses only."
    hint = "Set it to the address of the proxy that speaks TLS in front of this server."
    return [Warning(message, hint=hint, obj="PUBLIC_URL", id="flame.W002")]


@register()
def origins_are_origins(**_: Any) -> list[CheckMessage]:
    wrong = [origin for origin in settings.CORS_ALLOWED_ORIGINS if not is_web_address(origin, bare=True)]
    hint = "It takes origins, separated by commas: https://app.example.com,http://localhost:5173."
    return [Error(f"CORS_ORIGIN holds {origin!r}.", hint=hint, obj="CORS_ORIGIN", id="flame.E004") for origin in wrong]


@register()
def model_has_an_address(**_: Any) -> list[CheckMessage]:
    if not settings.OPENAI_BASE_URL or is_web_address(settings.OPENAI_BASE_URL):
        return []
    hint = "It takes the address of an API that speaks OpenAI's dialect, or nothing for OpenAI's own."
    message = f"OPENAI_BASE_URL is {settings.OPENAI_BASE_URL!r}."
    return [Error(message, hint=hint, obj="OPENAI_BASE_URL", id="flame.E005")]


def is_web_address(text: str, *, bare: bool = False) -> bool:
    """http(s)://host, with a port that exists; `bare`: and nothing behind it."""
    try:
        url = urlsplit(text)
        is_address = url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0
    except ValueError:
        return False
    return is_address and not (bare and (url.path or url.query or url.fragment))
