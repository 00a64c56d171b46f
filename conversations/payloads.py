"""The one JSON shape of a conversation, a message and a canned response: events, REST lists and exports show these."""

from typing import Any

from conversations.models import AssistantRun, Attachment, Backtest, CannedResponse, Conversation, Message, ReplyDraft
from flame.lib.times import utc, utc_or_none

JSON = dict[str, Any]


def conversation_payload(conversation: Conversation) -> JSON:
    return {
        "id": str(conversation.id),
        "user_id": str(conversation.user_id),
        "integration_id": text_or_none(conversation.integration_id),
        "contact_external_id": conversation.contact_external_id,
        "contact_name": conversation.contact_name,
        "contact_phone": conversation.contact_phone,
        "contact_email": conversation.contact_email,
        "contact_username": conversation.contact_username,
        "language": conversation.language,
        "platform": conversation.platform,
        "status": conversation.status,
        "priority": conversation.priority,
        "assigned_assistant_id": text_or_none(conversation.assigned_assistant_id),
        "assigned_agent_id": text_or_none(conversation.assigned_agent_id),
        "ai_state": conversation.ai_state,
        "last_message": conversation.last_message,
        "last_message_time": utc_or_none(conversation.last_message_time),
        "last_inbound_at": utc_or_none(conversation.last_inbound_at),
        "window_expires_at": utc_or_none(conversation.window_expires_at),
        "contact_unreachable_at": utc_or_none(conversation.contact_unreachable_at),
        "first_response_at": utc_or_none(conversation.first_response_at),
        "resolved_at": utc_or_none(conversation.resolved_at),
        "unread_count": conversation.unread_count,
        "tags": conversation.tags,
        "created_at": utc(conversation.created_at),
        "updated_at": utc(conversation.updated_at),
    }


def message_payload(message: Message) -> JSON:
    return {
        "id": str(message.id),
        "conversation_id": str(message.conversation_id),
        "content": message.content,
        "sender": message.sender,
        "type": message.type,
        "status": message.status,
        "metadata": shown_metadata(message),
        "sequence": message.sequence,
        "internal": message.internal,
        "external_id": message.external_id,
        "in_reply_to": text_or_none(message.in_reply_to_id),
        "agent_id": text_or_none(message.agent_id),
        "assistant_id": text_or_none(message.assistant_id),
        "client_id": message.client_id,
        "occurred_at": utc(message.occurred_at),
        "sent_at": utc_or_none(message.sent_at),
        "delivered_at": utc_or_none(message.delivered_at),
        "read_at": utc_or_none(message.read_at),
        "failed_at": utc_or_none(message.failed_at),
        "created_at": utc(message.created_at),
    }


def shown_metadata(message: Message) -> JSON:
    """With its files as they are now: their rows change long after the message was written."""
    metadata: JSON = message.metadata or {}
    if not metadata.get("attachments"):
        return metadata
    rows = {str(row.id): row for row in message.attachments.all()}
    shown = [
        {**said, **(attachment_payload(rows[said["id"]]) if said.get("id") in rows else {})}
        for said in metadata["attachments"]
    ]
    return {**metadata, "attachments": shown}


def attachment_payload(attachment: Attachment) -> JSON:
    """A file. `url` wants a token, or a signature from `POST /api/media/{id}/link`; null while there are no bytes."""
    stored = attachment.state == Attachment.State.STORED
    shown: JSON = {
        "id": str(attachment.id),
        "type": attachment.type,
        "mime": attachment.mime,
        "name": attachment.name,
        "size": attachment.size,
        "state": attachment.state,
        "url": f"/api/media/{attachment.id}" if stored else None,
    }
    if attachment.state == Attachment.State.FAILED:
        shown["error"] = attachment.error.partition(":")[0]
    return shown


def canned_response_payload(canned: CannedResponse) -> JSON:
    return {
        "id": str(canned.id),
        "shortcut": canned.shortcut,
        "title": canned.title,
        "content": canned.content,
        "created_at": utc(canned.created_at),
        "updated_at": utc(canned.updated_at),
    }


def draft_payload(draft: ReplyDraft) -> JSON:
    return {
        "id": str(draft.id),
        "conversation_id": str(draft.conversation_id),
        "assistant_id": text_or_none(draft.assistant_id),
        "in_reply_to": text_or_none(draft.in_reply_to_id),
        "message_id": text_or_none(draft.message_id),
        "status": draft.status,
        "reason": draft.reason,
        "written": draft.written,
        "content": draft.content,
        "choices": draft.choices,
        "settled_by": text_or_none(draft.settled_by_id),
        "settled_at": utc_or_none(draft.settled_at),
        "created_at": utc(draft.created_at),
        "updated_at": utc(draft.updated_at),
    }


def run_payload(run: AssistantRun) -> JSON:
    return {
        "id": str(run.id),
        "assistant_id": text_or_none(run.assistant_id),
        "conversation_id": text_or_none(run.conversation_id),
        "in_reply_to": text_or_none(run.inbound_id),
        "message_id": text_or_none(run.message_id),
        "trigger": run.trigger,
        "turn": run.turn,
        "attempt": run.attempt,
        "question": run.question,
        "engine": run.engine,
        "model": run.model,
        "prompt_version": run.prompt_version,
        "knowledge_version": run.knowledge_version,
        "tokens_in": run.tokens_in,
        "tokens_out": run.tokens_out,
        "cost": float(run.cost),
        "first_token_ms": run.first_token_ms,
        "total_ms": run.total_ms,
        "tries": run.tries,
        "finish_reason": run.finish_reason,
        "decision": run.decision,
        "reason": run.reason,
        "text": run.text,
        "choices": run.choices,
        "confidence": run.confidence,
        "certainty": run.certainty,
        "passages": run.passages,
        "tool_calls": run.tool_calls,
        "guard": run.guard,
        "fallback": run.fallback,
        "outcome": run.outcome,
        "outcome_reason": run.outcome_reason,
        "error": run.error,
        "feedback": {"score": run.score, "reason": run.score_reason} if run.score else None,
        "created_at": utc(run.created_at),
        "finished_at": utc_or_none(run.finished_at),
    }


def backtest_payload(backtest: Backtest, done: int) -> JSON:
    """`done`: how many of its questions are answered."""
    return {
        "id": str(backtest.id),
        "assistant_id": str(backtest.assistant_id),
        "status": backtest.status,
        "ai_prompt": backtest.ai_prompt,
        "model": backtest.model,
        "version_id": text_or_none(backtest.version_id),
        "done": done,
        "total": len(backtest.questions),
        "report": backtest.report,
        "error": backtest.error,
        "created_at": utc(backtest.created_at),
        "finished_at": utc_or_none(backtest.finished_at),
    }


def text_or_none(value: object) -> str | None:
    return None if value is None else str(value)
