"""Events of an assistant, published in the transaction that changes it."""

from accounts.stream import SYSTEM, Actor, Draft, publish
from assistants.models import Assistant, TrainingRun
from assistants.payloads import assistant_payload, training_payload


def announce(what: str, assistant: Assistant, actor: Actor = SYSTEM) -> None:
    publish(assistant.user_id, Draft(f"assistant.{what}", {"assistant": assistant_payload(assistant)}, None, actor))


def announce_training(what: str, run: TrainingRun, actor: Actor = SYSTEM) -> None:
    publish(run.assistant.user_id, Draft(f"assistant.{what}", training_payload(run), None, actor))
