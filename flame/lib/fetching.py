"""Fetching what a stranger named: files of customers, pages of knowledge. Nothing here reaches the inside (SSRF).

https only, public addresses only, the connection pinned to the address that was checked, every redirect checked again,
ten seconds in all, and a cap on what is unpacked. What a caller or the settings call a trusted origin (a platform's
base URL that the operator has set, `FETCH_TRUSTED_ORIGINS`) may speak http and stand on a private address.
"""

import time
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from ssl import SSLContext
from urllib.parse import urljoin

import httpcore2
from django.conf import settings
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from flame.lib.guarded_connections import GuardedBackend, PrivateAddress, time_left

TOTAL_SECONDS = 10.0
MAX_REDIRECTS = 3
MAX_URL = 4096
REDIRECTS = {301, 302, 303, 307, 308}
PORTS = {"http": 80, "https": 443}


class FetchError(Exception):
    """Why there is no content. `code` is stable; `temporary`: a later try may succeed.

    Names no URL: one may hold a token.
    """

    code = "unreachable"
    temporary = True


class UnsafeURL(FetchError):
    """Not https, not a public address, not an allowed host, a user name in it, or no URL at all."""

    code = "unsafe_url"
    temporary = False


class TooLarge(FetchError):
    code = "too_large"
    temporary = False


class WrongContentType(FetchError):
    code = "wrong_content_type"
    temporary = False


class TooSlow(FetchError):
    code = "too_slow"


class Refused(FetchError):
    """The server answered, and not with the content. `retry_after` in seconds, where it names them."""

    code = "refused"

    def __init__(self, status: int, retry_after: float | None = None) -> None:
        super().__init__(f"The server answered {status}.")
        self.status = status
        self.retry_after = retry_after
        self.temporary = status in {408, 425, 429} or status >= 500  # noqa: PLR2004 - HTTP's own numbers


@dataclass(frozen=True)
class Fetched:
    """`content_type` as the server says it, lower-case, without parameters; `url` is where it was found in the end."""

    content: bytes = field(repr=False)
    content_type: str
    url: str = field(repr=False)
    charset: str = ""


@dataclass(frozen=True)
class Bounds:
    max_bytes: int
    content_types: Collection[str]
    deadline: float


def fetch(  # noqa: PLR0913 - by keyword, each a bound that one of the callers draws
    url: str,
    *,
    max_bytes: int,
    hosts: Collection[str] | None = None,
    headers: Mapping[str, str] | None = None,
    content_types: Collection[str] = (),
    trusted: Collection[str] = (),
    seconds: float = TOTAL_SECONDS,
) -> Fetched:
    """The content behind a URL. Raises FetchError.

    `hosts`: only these, `*.example.com` standing for any name below it. `headers` go to the URL's own origin and to no
    other one that it redirects to. `content_types`: only these, `text/*` for all of a kind. `trusted`: origins
    (`http://127.0.0.1:3000`) that are exempt from `hosts`, https and public addresses.
    """
    bounds = Bounds(max_bytes, content_types, time.monotonic() + seconds)
    exempt = {*trusted, *settings.FETCH_TRUSTED_ORIGINS}
    first = target = checked(url, hosts, exempt)
    try:
        for _ in range(MAX_REDIRECTS + 1):
            own = (headers or {}) if origin(target) == origin(first) else {}
            answer = ask(target, own, bounds, trusted=origin(target) in exempt)
            if isinstance(answer, Fetched):
                return answer
            target = checked(urljoin(target.url, answer), hosts, exempt)
    except PrivateAddress:
        raise UnsafeURL("The address is not a public one.") from None
    except httpcore2.TimeoutException:
        raise TooSlow("The server took too long.") from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError, zlib.error) as error:
        raise FetchError(f"The server gave no whole answer ({type(error).__name__}).") from None
    raise UnsafeURL("The server redirects too often.")


def checked(url: str, hosts: Collection[str] | None, exempt: Collection[str]) -> Url:
    """The URL taken apart, once: what is checked and what is connected to is the same reading of it."""
    try:
        parts = parse_url(url) if len(url) <= MAX_URL else Url()
    except LocationParseError:
        parts = Url()
    if parts.host is None or parts.scheme not in PORTS or parts.auth is not None:
        raise UnsafeURL("This is no URL that can be fetched.")
    if origin(parts) not in exempt:
        if parts.scheme != "https":
            raise UnsafeURL("Only https is fetched.")
        if hosts is not None and not any(is_within(parts.host, pattern) for pattern in hosts):
            raise UnsafeURL("The host is not one that files are fetched from.")
    return parts


def is_within(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def origin(url: Url) -> str:
    return f"{url.scheme}://{url.host}" + (f":{url.port}" if url.port not in {None, PORTS[str(url.scheme)]} else "")


def ask(url: Url, headers: Mapping[str, str], bounds: Bounds, *, trusted: bool) -> Fetched | str:
    """One request: its content, or where it redirects to."""
    place = httpcore2.URL(
        scheme=str(url.scheme), host=str(url.host).strip("[]"), port=url.port, target=url.request_uri.encode()
    )
    sent = {"Host": url.netloc or "", "User-Agent": "flame-assistant", "Accept-Encoding": "gzip", **headers}
    backend = GuardedBackend(bounds.deadline, trusted=trusted)
    with (
        httpcore2.ConnectionPool(ssl_context=tls(), network_backend=backend) as pool,
        pool.stream("GET", place, headers=list(sent.items())) as answer,
    ):
        heads = {name.decode().lower(): value.decode("latin-1") for name, value in answer.headers}
        if answer.status in REDIRECTS and "location" in heads:
            return heads["location"]
        if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
            raise Refused(answer.status, waiting_time(heads.get("retry-after", "")))
        content_type, charset = read_content_type(heads.get("content-type", ""))
        if bounds.content_types and not any(is_of_kind(content_type, kind) for kind in bounds.content_types):
            raise WrongContentType(f"The content is {content_type[:100] or 'of no known type'}.")
        content = unpacked(answer.iter_stream(), heads, bounds)
    return Fetched(content, content_type, url.url, charset)


@cache
def tls() -> SSLContext:
    return httpcore2.default_ssl_context()


def unpacked(chunks: Iterator[bytes], heads: Mapping[str, str], bounds: Bounds) -> bytes:
    packing = heads.get("content-encoding", "identity").strip().lower()
    if packing not in {"identity", "gzip", "x-gzip", ""}:
        raise FetchError("The content is packed in an unknown way.")
    too_large = TooLarge(f"The content has more than {bounds.max_bytes} bytes.")
    declared = heads.get("content-length", "")
    if declared.isdecimal() and int(declared) > bounds.max_bytes:
        raise too_large
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16) if packing.endswith("gzip") else None
    content = bytearray()
    for chunk in chunks:
        content += unzip.decompress(chunk, bounds.max_bytes + 1 - len(content)) if unzip else chunk
        if len(content) > bounds.max_bytes:
            raise too_large
        time_left(bounds.deadline)
    if unzip and not unzip.eof:
        raise FetchError("The content ends before its end.")
    return bytes(content)


def read_content_type(value: str) -> tuple[str, str]:
    message = Message()
    message["content-type"] = value or "application/octet-stream"
    return message.get_content_type(), str(message.get_content_charset() or "")


def is_of_kind(content_type: str, kind: str) -> bool:
    return content_type.startswith(kind[:-1]) if kind.endswith("/*") else content_type == kind


def waiting_time(header: str) -> float | None:
    return float(header) if header.isdecimal() and len(header) < 6 else None  # noqa: PLR2004 - a day and some
