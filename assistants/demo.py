"""The demo shop "Tienda Fuego": what it knows, in Spanish and English, and its two assistants."""

import json
import uuid
from datetime import time
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from assistants.models import Assistant, KnowledgeSource, Schedule
from assistants.training.work import train_now

DEMO_FAQ: dict[str, list[dict[str, Any]]] = json.loads((Path(__file__).parent / "demo_faq.json").read_text("utf-8"))
"""Per language, the `items` of a FAQ source."""
TITLES = {"es": "Preguntas frecuentes", "en": "Frequent questions"}

AI = {
    "name": "Chispa",
    "description": "Responde con las preguntas frecuentes de Tienda Fuego.",
    "type": Assistant.Type.AI,
    "ai_prompt": (
        "Eres Chispa, la asistente de Tienda Fuego, una tienda de ropa y calzado en la Ciudad de México."
        " Hablas de tú, con calidez y en pocas palabras."
    ),
}
AUTO = {
    "name": "Recepción",
    "description": "Saluda a cada cliente una vez y avisa cuando la tienda está cerrada.",
    "type": Assistant.Type.AUTO,
    "auto_response": "¡Hola, {{first_name}}! Gracias por escribir a Tienda Fuego. En unos minutos te respondemos.",
    "out_of_hours_text": (
        "¡Hola, {{first_name}}! Ahora estamos cerrados. Te respondemos de lunes a sábado de 10:00 a 20:00"
        " y los domingos de 11:00 a 17:00."
    ),
}
OPENING = {0: (time(11), time(17)), **dict.fromkeys(range(1, 7), (time(10), time(20)))}


@transaction.atomic
def create_demo_assistants(owner: User) -> tuple[Assistant, Assistant]:
    """The `ai` and the `auto` assistant of the demo shop. Again: the same two, as they were meant to be."""
    chispa, _ = Assistant.objects.update_or_create(pk=_id(owner, "ai"), defaults={"user": owner, **AI})
    for language, items in DEMO_FAQ.items():
        KnowledgeSource.objects.update_or_create(
            pk=_id(owner, f"faq-{language}"),
            defaults={
                "assistant": chispa,
                "kind": KnowledgeSource.Kind.FAQ,
                "title": TITLES[language],
                "items": items,
            },
        )
    reception, _ = Assistant.objects.update_or_create(pk=_id(owner, "auto"), defaults={"user": owner, **AUTO})
    for day, (start, end) in OPENING.items():
        Schedule.objects.update_or_create(
            pk=_id(owner, f"day-{day}"),
            defaults={"assistant": reception, "day_of_week": day, "start_time": start, "end_time": end},
        )
    return chispa, reception


def train_demo(assistant: Assistant) -> None:
    """Let it learn here and now, if it never did: whoever starts the demo asks it at once."""
    if not assistant.versions.filter(published=True).exists():
        train_now(assistant)


def _id(owner: User, thing: str) -> uuid.UUID:
    """Always the same for an owner, so that two seedings at once meet at the primary key."""
    return uuid.uuid5(owner.pk, f"demo-{thing}")
