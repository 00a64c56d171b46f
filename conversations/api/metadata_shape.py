"""What a message's metadata may hold, for OpenAPI. Any of it may be absent; a platform's own facts come beside it."""

from flame.lib.openapi_shapes import FLAG, TEXT, Shape, list_of, some_of

FILE = some_of(
    id={"type": "string", "format": "uuid"},
    type=TEXT,
    mime=TEXT,
    name=TEXT,
    size={"type": ["integer", "null"]},
    state={"type": "string", "description": "`pending`, `stored`, `failed`, or `linked`: a public `url`."},
    url={"type": ["string", "null"]},
    error={"type": "string", "description": "Why it could not be had."},
)
METADATA: Shape = {
    **some_of(
        error={
            **some_of(
                "Why it failed, or why nobody knows whether it arrived.",
                code=TEXT,
                message=TEXT,
                retryable=FLAG,
                **{"class": TEXT},
            ),
            "required": ["code", "class", "message", "retryable"],
        },
        attachments=list_of(FILE, "Its files."),
        choices=list_of(some_of(id=TEXT, title=TEXT), "What the customer may tap."),
        payload={"type": "string", "description": "The `id` of the choice that the customer tapped."},
        reply_to={"type": "string", "description": "The `external_id` of the message that it answers."},
        reactions=some_of("One emoji a side.", user=TEXT, agent=TEXT),
        template=some_of(name=TEXT, language=TEXT, parameters=list_of(TEXT, "For {{1}}, {{2}}…")),
        wait_for_customer=FLAG,
        format=TEXT,
        edited_at=TEXT,
        deleted_at=TEXT,
        native={"type": "boolean", "description": "Written in the platform's own app."},
        run_id={"type": "string", "description": "The assistant's run that wrote it."},
        draft_id=TEXT,
        feedback=some_of("What a person thinks of it.", score=TEXT, reason=TEXT, agent_id=TEXT, at=TEXT),
    ),
    "additionalProperties": True,
}
