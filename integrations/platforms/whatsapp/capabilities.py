"""What the Cloud API takes ("Messages", "Interactive messages" and "Media" of the WhatsApp Cloud API)."""

from integrations.platforms.capabilities import Capabilities, Choices, Media, Pace

MB = 1024 * 1024
CAPTION = 1024
AUDIO = ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg")

CAPABILITIES = Capabilities(
    max_text=4096,
    echoes_ref=True,
    receipts=True,
    window_hours=24,
    media=(
        ("image", Media(5 * MB, ("image/jpeg", "image/png"), CAPTION)),
        ("audio", Media(16 * MB, AUDIO)),
        ("video", Media(16 * MB, ("video/mp4", "video/3gpp"), CAPTION)),
        ("file", Media(100 * MB, caption=CAPTION)),
    ),
    choices=(
        Choices("buttons", max=3, max_title=20, max_id=256, max_text=1024),
        Choices("list", max=10, max_title=24, max_id=200, max_text=4096),
    ),
    templates=True,
    typing_seconds=25,
    mark_read=True,
    account_pace=Pace(1 / 80, burst=20),
    # One in six seconds; a burst of 45 is borrowed from the time to come ("Throughput", "Pair rate limits").
    contact_pace=Pace(6, burst=45),
)
