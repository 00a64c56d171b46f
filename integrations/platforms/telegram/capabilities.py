"""What the Bot API takes ("Available methods" and "Sending files", Bot API)."""

from integrations.platforms.capabilities import Capabilities, Choices, Media, Pace

MB = 1024 * 1024
MAX_TEXT = 4096
CAPTION = 1024

CAPABILITIES = Capabilities(
    max_text=MAX_TEXT,
    # Telegram counts entities in UTF-16 units and does not say how it counts the limit: the larger count is safe.
    text_unit="utf16",
    echoes_ref=False,
    receipts=False,
    window_hours=None,
    media=(
        ("image", Media(10 * MB, ("image/jpeg", "image/png", "image/webp"), CAPTION)),
        ("audio", Media(50 * MB, ("audio/mpeg", "audio/mp4", "audio/ogg"), CAPTION)),
        ("video", Media(50 * MB, ("video/mp4",), CAPTION)),
        ("file", Media(50 * MB, caption=CAPTION)),
    ),
    # A title has no limit of its own; a longer one is cut on a phone, so it is better read in the text.
    choices=(Choices("inline_keyboard", max=20, max_title=40, max_id=64, max_text=MAX_TEXT),),
    html=True,
    typing_seconds=5,
    # About 30 a second for a bot and one to a chat, "short bursts" aside ("Bots FAQ").
    account_pace=Pace(1 / 30, burst=15),
    contact_pace=Pace(1, burst=3),
)
