import base64
import json
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import requests

from assistants.demo import create_demo_assistants
from assistants.dialogue import Dialogue, Turn
from assistants.knowledge.chunks import passages_of
from assistants.knowledge.index import Index
from assistants.training import versions
from assistants.training.collecting import materials_of
from assistants.training.versions import Product

NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)  # a Friday, noon in Mexico City


def learn(assistant):
    """Publish what its sources say, without the questions that a training asks itself: they take a second."""
    index = Index.of(passages_of(materials_of(assistant)))
    versions.publish(versions.store(assistant, Product("", len(index.passages), index.dump(), {})))


@pytest.fixture
def demo(ana):
    assistants = create_demo_assistants(ana)
    learn(assistants[0])
    return assistants


@pytest.fixture
def chispa(demo):
    return demo[0]


@pytest.fixture
def reception(demo):
    return demo[1]


def says(*texts, before=(), name="Lucía Pérez", language="", platform="whatsapp"):
    """A dialogue that ends with these messages of the customer."""
    burst = [Turn("customer", text, NOON - timedelta(seconds=len(texts) - i)) for i, text in enumerate(texts)]
    return Dialogue((*before, *burst), name, platform, language)


def saying(text):
    """The step of a model that writes this text."""
    return f"say~{base64.urlsafe_b64encode(text.encode()).decode()}"


def vectors(alike):
    """The step of a model that embeds, for which these words mean what they are mapped to."""
    return f"vectors~{base64.urlsafe_b64encode(json.dumps(alike).encode()).decode()}"


def calling(*calls):
    """The step of a model that calls tools, each a name with its arguments."""
    return f"call~{base64.urlsafe_b64encode(json.dumps(calls).encode()).decode()}"


@dataclass
class ModelServer:
    """A run of the local model server: `play` sets what it does next, `asked` is what it was asked."""

    url: str
    settings: object
    run: str = field(default_factory=lambda: uuid.uuid4().hex)

    def play(self, *steps, embeddings="vectors"):
        self.settings.OPENAI_BASE_URL = f"{self.url}/{self.run}/{','.join(steps)}@{embeddings}/v1"

    def begin(self, *steps):
        """As a server that nobody has asked yet."""
        self.run = uuid.uuid4().hex
        self.play(*steps)

    def say(self, *texts):
        self.play(*(saying(text) for text in texts))

    @property
    def embedded(self):
        return requests.get(f"{self.url}/{self.run}/embeddings", timeout=5).json()

    @property
    def asked(self):
        return requests.get(f"{self.url}/{self.run}", timeout=5).json()


@pytest.fixture(scope="session")
def model_process():
    command = [sys.executable, "-m", "assistants.tests.model_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.terminate()


@pytest.fixture
def model(model_process, settings):
    settings.OPENAI_API_KEY = "sk-test-0123456789"
    settings.OPENAI_MODEL = "test-model"
    settings.OPENAI_TIMEOUTS = {"connect": 5.0, "first_token": 2.0, "between_chunks": 1.5, "total": 15.0}
    run = ModelServer(model_process, settings)
    run.play("ok")
    return run
