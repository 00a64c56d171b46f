"""`python -m benchmarks.learning <passages>`: a training of so many passages in this process, then questions. JSON."""

import json
import os
import random
import resource
import sys
import time
from statistics import median, quantiles

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flame.settings")
django.setup()

from accounts.models import User  # noqa: E402 - models exist only after the line above
from assistants.knowledge.index import Index  # noqa: E402
from assistants.knowledge.shelf import index_of  # noqa: E402
from assistants.models import Assistant  # noqa: E402
from assistants.training.work import train_now  # noqa: E402

QUESTIONS = 300
SYLLABLES = [
    *("ca", "me", "ro", "ti", "la", "so", "per", "con", "tra", "lu", "ni", "va", "do", "ría", "ción"),
    "dad",
    "mente",
    "gue",
]
SMALL = ["de", "la", "que", "el", "en", "y", "a", "los", "se", "del", "las", "un", "por", "con", "no", "una", "su"]
A_FAQ = 12
"""Of so many passages one is a question with its answer."""


class Writer:
    """Sentences of words that are as common as in a language: a few everywhere, most hardly anywhere."""

    def __init__(self) -> None:
        self.chance = random.Random(7)
        made = {"".join(self.chance.choices(SYLLABLES, k=self.chance.randint(2, 4))) for _ in range(30_000)}
        self.words = sorted(made)
        self.chance.shuffle(self.words)
        self.weights = [1 / (rank + 20) for rank in range(len(self.words))]

    def sentence(self, length: int) -> str:
        told = self.chance.choices(self.words, self.weights, k=length)
        for place in range(2, length, 3):
            told[place] = self.chance.choice(SMALL)
        return " ".join(told).capitalize() + "."

    def paragraph(self) -> str:
        return " ".join(self.sentence(self.chance.randint(9, 15)) for _ in range(4))

    def item(self) -> dict[str, object]:
        asked = [f"¿{self.sentence(7)[:-1]}?" for _ in range(3)]
        return {"question": asked[0], "answer": self.paragraph(), "phrasings": asked[1:]}


def learner(passages: int) -> tuple[Assistant, list[str]]:
    """An assistant with that much to learn, and what will be asked of it."""
    writer = Writer()
    owner = User.objects.create_user("learning@flame.local", "bench-secret-1", name="Learning")
    assistant = owner.assistants.create(name="Learner", type="ai")
    items = [writer.item() for _ in range(passages // A_FAQ)]
    paragraphs = [writer.paragraph() for _ in range(passages - len(items))]
    assistant.sources.create(kind="faq", title="Preguntas", items=items)
    for first in range(0, len(paragraphs), 500):
        assistant.sources.create(
            kind="text", title=f"Manual {first}", content="\n\n".join(paragraphs[first : first + 500])
        )
    asked = [" ".join(writer.chance.choice(paragraphs).split()[3:11]) for _ in range(QUESTIONS)]
    return assistant, asked


def main(passages: int) -> None:
    assistant, asked = learner(passages)
    started = time.perf_counter()
    train_now(assistant)
    trained = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    version = assistant.versions.get(published=True)
    started = time.perf_counter()
    Index.load(bytes(version.blob))
    loaded = time.perf_counter() - started
    index_of(assistant).search("calienta")
    seconds = []
    for question in asked:
        started = time.perf_counter()
        index_of(assistant).search(question)
        seconds.append(time.perf_counter() - started)
    figures = {
        f"training {version.passages:,} passages | s": trained,
        "memory at its peak | MB": peak,
        "version as stored | MB": len(version.blob) / 2**20,
        "unpacking it | s": loaded,
        "question, p50 | ms": median(seconds) * 1000,
        "question, p95 | ms": quantiles(seconds, n=20, method="inclusive")[-1] * 1000,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(int(sys.argv[1]))
