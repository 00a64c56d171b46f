"""What a training's report holds, for OpenAPI (assistants.training makes it). Shares are percent, null of nothing."""

from flame.lib.openapi_shapes import FLAG, NUMBER, NUMBER_OR_NULL, TEXT, WHOLE, Shape, list_of, some_of

SAID = some_of(question=TEXT, said=TEXT, source_id=TEXT, title=TEXT)
PASSAGE = some_of(source_id=TEXT, title=TEXT, text=TEXT)
PROBLEM: Shape = {**some_of(code=TEXT), "additionalProperties": True}
REPORT: Shape = {
    **some_of(
        "Once it has ended: what was learnt and how well.",
        passages=WHOLE,
        questions=some_of("How many were asked.", known=WHOLE, near_misses=WHOLE, off_topic=WHOLE),
        recall_at_5=NUMBER_OR_NULL,
        mrr={**NUMBER_OR_NULL, "description": "From 0 to 1."},
        answered_percent={**NUMBER_OR_NULL, "description": "Of the known questions."},
        wrong_percent={**NUMBER, "description": "Of the known and the off-topic questions."},
        wrong=some_of(
            known_percent=NUMBER,
            near_misses_percent=NUMBER,
            off_topic_percent=NUMBER,
            examples=list_of(SAID, "Up to 20."),
        ),
        contradictions=list_of(
            some_of(question=TEXT, answers=list_of(PASSAGE, "Its own, and the other one.")),
            "Questions that two passages answer otherwise.",
        ),
        classifier=some_of(questions=WHOLE, used=FLAG),
        sources=some_of(total=WHOLE, read=WHOLE, unchanged=WHOLE, failed=list_of(PROBLEM, "Which, and why.")),
        reasons=list_of(PROBLEM, "Why a person should look first."),
        cost=some_of(tokens=WHOLE, amount=NUMBER),
    ),
    "type": ["object", "null"],
    "additionalProperties": True,
}
