"""What is measured: each metric's definition and shape, for the API's description and for tables."""

from dataclasses import dataclass

DISTRIBUTION = ("median", "p90", "mean", "n")
SHARE = ("share", "n")
CSAT = ("share", "mean", "n", "response_rate", *(f"distribution.{score}" for score in range(1, 6)))


@dataclass(frozen=True)
class Metric:
    """`parts` are the dotted paths inside its object; a metric without is a number. Durations are in seconds.

    A nullable one is null as long as nobody records it, or of a time that is still to come. A whole one counts.
    """

    name: str
    definition: str
    parts: tuple[str, ...] = ()
    nullable: bool = False
    whole: bool = True


_ALL = (
    Metric("conversations_new", "Threads that began."),
    Metric("conversations_resolved", "Times that an open thread was resolved."),
    Metric("conversations_reopened", "Times that a closed thread was opened again."),
    Metric("backlog", "Threads active or pending at the end; now, if the end is still to come.", nullable=True),
    Metric("conversations_answered", "Threads in which an assistant wrote."),
    Metric("messages_in", "Messages of customers."),
    Metric("messages_out", "Messages to customers, whatever became of them; private notes are none."),
    Metric("messages_out_assistant", "Those that assistants wrote."),
    Metric("messages_out_agent", "Those that people wrote."),
    Metric("messages_failed", "Messages to customers that could not be sent."),
    Metric(
        "first_response",
        "From a customer's first message in a thread, or on coming back to a closed one, to the first reply sent.",
        DISTRIBUTION,
    ),
    Metric("first_ai_response", "The same, to the first reply of an assistant.", DISTRIBUTION),
    Metric(
        "first_human_response",
        "The same, to the first reply of a person, whatever assistants said.",
        DISTRIBUTION,
    ),
    Metric("reply_time", "From the earliest unanswered message to the next reply sent.", DISTRIBUTION),
    Metric("ai_reply_time", "The same, where an assistant replied.", DISTRIBUTION),
    Metric("human_reply_time", "The same, where a person replied.", DISTRIBUTION),
    Metric("resolution_time", "From a thread's opening, or last reopening, to its resolution.", DISTRIBUTION),
    Metric(
        "ai_resolution_rate",
        "Of the resolutions after an assistant spoke, those without a person's message. A customer who comes back"
        " within 72 hours undoes one.",
        SHARE,
    ),
    Metric(
        "handoff_rate",
        "Threads handed over, of those in which an assistant wrote or handed over.",
        SHARE,
    ),
    Metric("csat", "Share of 4 and 5 among the ratings from 1 to 5.", CSAT),
    Metric("ai_cost", "What models cost by MODEL_PRICES, previews among it.", whole=False),
    Metric("ai_tokens", "Tokens that models read and wrote."),
    Metric("ai_latency", "From the begin of thinking to the whole text, where a model wrote it.", DISTRIBUTION),
    Metric("ai_failures", "Attempts in which a model failed, whoever answered then."),
)
METRICS = {metric.name: metric for metric in _ALL}
