"""Meta's side of the wire: signed webhooks, sent again until they get their 200."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from integrations.tests.wire import signature, whatsapp_body, whatsapp_text

TIMEOUT = (1.0, 10.0)
PAUSE = 0.05
LANES = 16


class Meta:
    """`url` is the webhook door of the server under test."""

    def __init__(self, url, secret, phone_number_id):
        self.url = url
        self.secret = secret
        self.phone_number_id = phone_number_id
        self.repeats = 0
        self._local = threading.local()

    def text(self, contact, text, message_id):
        fields = {"contact": contact, "message_id": message_id, "phone_number_id": self.phone_number_id}
        return whatsapp_body(whatsapp_text(text, at=int(time.time()), **fields))

    def post(self, body, *, secret=None):
        """One try: the HTTP status, or 0 when there was no answer."""
        raw = json.dumps(body).encode()
        headers = {"content-type": "application/json", **signature(raw, secret or self.secret)}
        try:
            return self._session().post(self.url, data=raw, headers=headers, timeout=TIMEOUT).status_code
        except requests.RequestException:
            return 0

    def insist(self, body):
        while self.post(body) != 200:
            self.repeats += 1
            time.sleep(PAUSE)

    def says(self, contact, text, message_id):
        self.insist(self.text(contact, text, message_id))

    def _session(self):
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False
        return self._local.session


class Flood:
    """Many customers at once. One's next message leaves when the one before has its 200, as platforms keep order."""

    def __init__(self, meta, contacts, messages, text):
        self.meta = meta
        self.expected = {contact: [f"wamid.{contact}.{number}" for number in range(messages)] for contact in contacts}
        self.text = text
        self.taken = 0
        self._guard = threading.Lock()
        self._pool = ThreadPoolExecutor(LANES)
        self._lanes = [self._pool.submit(self._send, contacts[lane::LANES]) for lane in range(LANES)]

    @property
    def total(self):
        return sum(map(len, self.expected.values()))

    def finish(self, seconds=60):
        for lane in self._lanes:
            lane.result(seconds)
        self._pool.shutdown()

    def _send(self, contacts):
        for number in range(self.total // max(len(self.expected), 1)):
            for contact in contacts:
                self.meta.says(contact, self.text, self.expected[contact][number])
                with self._guard:
                    self.taken += 1
