"""What Messenger takes ("Send messages", "Quick replies" and "Message tags", Messenger Platform)."""

from integrations.platforms.capabilities import Capabilities, Choices, Media, Pace

MB = 1024 * 1024
MAX_TEXT = 2000

CAPABILITIES = Capabilities(
    max_text=MAX_TEXT,
    echoes_ref=True,
    receipts=True,
    window_hours=24,
    media=(
        ("image", Media(8 * MB, ("image/jpeg", "image/png", "image/gif", "image/webp"))),
        ("audio", Media(25 * MB)),
        ("video", Media(25 * MB)),
        ("file", Media(25 * MB)),
    ),
    choices=(Choices("quick_replies", max=13, max_title=20, max_id=1000, max_text=MAX_TEXT),),
    human_agent_hours=7 * 24,
    typing_seconds=20,
    mark_read=True,
    # Taken at 300 a second, but beyond 40 the page's own inbox stands still ("Rate limiting").
    account_pace=Pace(1 / 40, burst=40),
)
