"""What Instagram takes ("Send messages" and "Quick replies", Instagram Platform). A text's limit is in UTF-8 bytes."""

from integrations.platforms.capabilities import Capabilities, Choices, Media, Pace

MB = 1024 * 1024
MAX_TEXT_BYTES = 1000

CAPABILITIES = Capabilities(
    max_text=MAX_TEXT_BYTES,
    text_unit="bytes",
    echoes_ref=False,
    receipts=True,
    window_hours=24,
    media=(
        ("image", Media(8 * MB, ("image/jpeg", "image/png", "image/gif"))),
        ("audio", Media(25 * MB, ("audio/aac", "audio/mp4", "audio/wav", "audio/x-wav"))),
        ("video", Media(25 * MB, ("video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime", "video/webm"))),
        ("file", Media(25 * MB, ("application/pdf",))),
    ),
    choices=(Choices("quick_replies", max=13, max_title=20, max_id=1000, max_text=MAX_TEXT_BYTES),),
    human_agent_hours=7 * 24,
    typing_seconds=20,
    mark_read=True,
    # 300 a second by one page of the documentation, 100 by another.
    account_pace=Pace(1 / 100, burst=50),
)
