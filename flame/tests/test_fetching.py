"""Real servers and the real resolver; only what a name server answers is put into the resolver's mouth."""

import gzip
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from flame.lib import fetching
from flame.lib.fetching import FetchError, Refused, TooLarge, TooSlow, UnsafeURL, WrongContentType, fetch
from flame.lib.guarded_connections import is_public

MEGABYTE = 1024 * 1024


class Site(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Pages)
        self.asked = []
        """(path, lower-case headers) of each request."""

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server_port}"


class Pages(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self):
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        getattr(self, self.path.split("?")[0].strip("/").replace("-", "_"))()

    def answer(self, body=b"", status=200, **headers):
        self.send_response(status)
        for name, value in ({"content-type": "text/html; charset=UTF-8"} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def page(self):
        self.answer("<p>¡Hola!</p>".encode())

    def zipped(self):
        self.answer(gzip.compress(b"hola " * 20), content_encoding="gzip")

    def bomb(self):
        self.answer(gzip.compress(b"0" * 30 * MEGABYTE), content_encoding="gzip")

    def cut_zip(self):
        self.answer(gzip.compress(b"hola " * 20)[:-10], content_encoding="gzip")

    def endless(self):
        self.answer()
        while True:
            self.wfile.write(b"0" * 65536)

    def drip(self):
        self.answer()
        while True:
            self.wfile.write(b"0")
            time.sleep(0.1)

    def drip_of_heads(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            self.wfile.write(b"0")
            time.sleep(0.1)

    def declares_much(self):
        self.answer(content_length=str(50 * MEGABYTE))

    def cut(self):
        self.answer(b"half", content_length="8")

    def picture(self):
        self.answer(b"\x89PNG", content_type="Image/PNG")

    def gone(self):
        self.answer(status=404)

    def busy(self):
        self.answer(status=429, retry_after="7")

    def to_page(self):
        self.answer(status=302, location="/page")

    def to_metadata(self):
        self.answer(status=302, location="http://169.254.169.254/latest/meta-data/")

    def to_private(self):
        self.answer(status=301, location="https://10.0.0.1/")

    def to_file(self):
        self.answer(status=307, location="file:///etc/passwd")

    def to_named(self):
        self.answer(status=302, location=f"http://localhost:{self.server.server_port}/page")

    def round(self):
        self.answer(status=302, location="/round")

    def log_message(self, *args):
        """Quiet."""


@contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site(settings):
    with serving(Site()) as server:
        settings.FETCH_TRUSTED_ORIGINS = [server.origin]
        yield server


@pytest.fixture
def names(monkeypatch):
    """What the name server answers: {name: [addresses]}; anything else is asked of the system."""
    real, answers = socket.getaddrinfo, {}

    def getaddrinfo(host, port, *args, **kwargs):
        if host not in answers:
            return real(host, port, *args, **kwargs)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answers[host]]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return answers


def get(url, **options):
    return fetch(url, **{"max_bytes": MEGABYTE, **options})


def test_a_page_comes_with_its_type_and_charset(site):
    got = get(f"{site.origin}/page")

    assert (got.content.decode(), got.content_type, got.charset) == ("<p>¡Hola!</p>", "text/html", "utf-8")
    assert got.url == f"{site.origin}/page"


def test_a_packed_page_is_unpacked(site):
    assert get(f"{site.origin}/zipped").content == b"hola " * 20


@pytest.mark.parametrize("path", ["bomb", "endless", "declares-much"])
def test_more_than_the_cap_is_refused_packed_or_not(site, path):
    with pytest.raises(TooLarge):
        get(f"{site.origin}/{path}")


@pytest.mark.parametrize("path", ["drip", "drip-of-heads"])
def test_a_drip_ends_at_the_deadline(site, path):
    with pytest.raises(TooSlow) as caught:
        get(f"{site.origin}/{path}", seconds=0.35)
    assert caught.value.temporary


@pytest.mark.parametrize("path", ["cut", "cut-zip"])
def test_half_a_content_is_none(site, path):
    with pytest.raises(FetchError) as caught:
        get(f"{site.origin}/{path}")
    assert (caught.value.code, caught.value.temporary) == ("unreachable", True)


def test_only_the_wanted_types_are_taken(site):
    assert get(f"{site.origin}/picture", content_types=["text/html", "image/*"]).content_type == "image/png"
    with pytest.raises(WrongContentType):
        get(f"{site.origin}/picture", content_types=["text/*", "application/pdf"])


@pytest.mark.parametrize(("path", "status", "temporary", "wait"), [("gone", 404, False, None), ("busy", 429, True, 7)])
def test_a_refusal_says_its_status_and_whether_to_come_again(site, path, status, temporary, wait):
    with pytest.raises(Refused) as caught:
        get(f"{site.origin}/{path}")
    assert (caught.value.status, caught.value.temporary, caught.value.retry_after) == (status, temporary, wait)


def test_a_redirect_is_followed_to_where_it_may_lead(site):
    assert get(f"{site.origin}/to-page").url == f"{site.origin}/page"


@pytest.mark.parametrize("path", ["to-metadata", "to-private", "to-file", "to-named", "round"])
def test_a_redirect_to_the_inside_is_refused(site, path):
    with pytest.raises(UnsafeURL):
        get(f"{site.origin}/{path}")


def test_headers_stay_with_the_origin_that_they_were_meant_for(site, settings):
    settings.FETCH_TRUSTED_ORIGINS = [site.origin, f"http://localhost:{site.server_port}"]
    get(f"{site.origin}/to-named", headers={"Authorization": "Bearer secret"})

    assert [(path, heads.get("authorization")) for path, heads in site.asked] == [
        ("/to-named", "Bearer secret"),
        ("/page", None),
    ]
    assert site.asked[1][1]["host"] == f"localhost:{site.server_port}"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com:70/_",
        "data:text/html,hola",
        "//example.com/",
        "example.com",
        "",
        "https://",
        "https://user@example.com/",
        "https://user:password@example.com/",
        "https://example.com:port/",
        "https://" + "a" * 5000,
        # addresses of the inside, however they are written
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://0/",
        "https://10.1.2.3/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[2001:0:7f00:1::]/",
        "https://[fc00::1]/",
        "https://[fe80::1]/",
        "https://[fe80::1%25lo]/",
        "https://[fec0::1]/",
        "https://[ff02::1]/",
        "https://localhost/",
        "https://LOCALHOST/",
    ],
)
def test_an_unsafe_url_is_refused_before_anything_is_asked(url):
    with pytest.raises(FetchError) as caught:
        get(url)
    assert caught.value.code == "unsafe_url"


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["10.0.0.8"], ["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "93.184.216.34"]]
)
def test_a_name_with_one_private_address_is_refused_whole(names, addresses):
    names["files.example"] = addresses
    with pytest.raises(UnsafeURL):
        get("https://files.example/")


def test_a_name_is_asked_once_so_that_a_second_answer_gains_nothing(site, names, settings):
    """DNS rebinding: what was checked is what is connected to, under the name's own Host."""
    asked = []

    class Rebinding(list):
        def __iter__(self):
            asked.append(1)
            return iter(["127.0.0.1"])

    names["files.example"] = Rebinding()
    settings.FETCH_TRUSTED_ORIGINS = [f"http://files.example:{site.server_port}"]

    assert get(f"http://files.example:{site.server_port}/page").content
    assert len(asked) == 1
    assert site.asked[0][1]["host"] == f"files.example:{site.server_port}"


def test_only_the_allowed_hosts_are_asked(names):
    names |= {"evil.example": ["127.0.0.1"], "a.fbcdn.net": ["127.0.0.1"]}
    for url in (
        "https://evil.example/",
        "https://fbcdn.net.evil.example/",
        "https://evilfbcdn.net/",
        "https://evil.example\\@a.fbcdn.net/",
    ):
        with pytest.raises(UnsafeURL, match="host is not one"):
            get(url, hosts=["*.fbcdn.net", "lookaside.fbsbx.com"])
    with pytest.raises(UnsafeURL, match="not a public one"):
        get("https://a.fbcdn.net/", hosts=["*.fbcdn.net"])


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path / "own.pem"))
    server = Site()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with serving(server), pytest.raises(FetchError) as caught:
        get(f"https://127.0.0.1:{server.server_port}/page", trusted=[f"https://127.0.0.1:{server.server_port}"])
    assert caught.value.code == "unreachable"
    assert server.asked == []


def certificate(path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1)
    )
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    formats = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(pem + key.private_bytes(*formats))
    return path


def test_an_error_names_no_url_since_one_may_hold_a_token(site):
    for path in ("gone", "bomb", "cut"):
        with pytest.raises(FetchError) as caught:
            get(f"{site.origin}/{path}?token=bot123")
        assert "bot123" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert "bot123" not in repr(fetching.Fetched(b"", "text/html", "https://x/bot123"))
