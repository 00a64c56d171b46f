"""What is known of the time before the table: the events that are still kept, and the state that a thread is in.

Where no event tells how a closed thread was closed, it was at `resolved_at`, or last changed then.
"""

import uuid

from django.db import migrations

KINDS = {
    "conversation.status_changed": "status",
    "conversation.handed_off": "handed_off",
    "conversation.resumed": "resumed",
}
CLOSED = ("resolved", "archived")
BATCH = 1000


def seed(apps, _schema_editor):
    Conversation = apps.get_model("conversations", "Conversation")
    StatusChange = apps.get_model("conversations", "StatusChange")
    threads = Conversation.objects.values_list("pk", flat=True)
    assistants = set(apps.get_model("assistants", "Assistant").objects.values_list("pk", flat=True))
    events = (
        apps.get_model("accounts", "Event")
        .objects.filter(type__in=KINDS, conversation_id__in=threads)
        .order_by("account_id", "seq")
    )
    save(StatusChange, (told(StatusChange, event, assistants) for event in events.iterator(BATCH)))
    silent = Conversation.objects.filter(status__in=CLOSED).exclude(status_changes__kind="status")
    save(StatusChange, (closing(StatusChange, thread) for thread in silent.order_by("pk").iterator(BATCH)))


def told(StatusChange, event, assistants):
    shown = event.data["conversation"]
    assistant = as_uuid(shown.get("assigned_assistant_id"))
    return StatusChange(
        conversation_id=event.conversation_id,
        kind=KINDS[event.type],
        from_status=event.data.get("previous", shown["status"]),
        to_status=shown["status"],
        changed_at=event.created_at,
        actor_type=event.actor["type"],
        actor_id=as_uuid(event.actor.get("id")),
        assistant_id=assistant if assistant in assistants else None,
    )


def closing(StatusChange, thread):
    return StatusChange(
        conversation=thread,
        kind="status",
        from_status="active",
        to_status=thread.status,
        changed_at=thread.resolved_at or thread.updated_at,
        actor_type="system",
        assistant_id=thread.assigned_assistant_id,
    )


def as_uuid(text):
    return uuid.UUID(text) if text else None


def save(model, rows):
    waiting = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == BATCH:
            model.objects.bulk_create(waiting)
            waiting.clear()
    model.objects.bulk_create(waiting)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("assistants", "0001_initial"),
        ("conversations", "0002_status_changes"),
    ]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
