"""What a file is, by its own bytes. What others say of it only tells twins apart."""

import filetype

OPAQUE = "application/octet-stream"
SNIFFED = 8192
SAME = {
    "audio/x-wav": "audio/wav",
    "audio/m4a": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/mp3": "audio/mpeg",
    "audio/opus": "audio/ogg",
    "application/ogg": "audio/ogg",
    "image/jpg": "image/jpeg",
}
TWINS: dict[str, set[str]] = {
    # One container, with or without a picture: only who recorded it knows.
    "video/mp4": {"audio/mp4"},
    "audio/mp4": {"video/mp4"},
    "audio/ogg": {"video/ogg"},
    "video/webm": {"audio/webm"},
    "video/3gpp": {"audio/3gpp"},
    "application/x-ole-storage": {"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"},
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
DOCUMENTS = {
    "application/pdf",
    "application/rtf",
    "application/zip",
    "application/epub+zip",
    *(
        f"{_OFFICE}.{kind}"
        for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
    ),
    *(f"{_OPEN}.{kind}" for kind in ("text", "spreadsheet", "presentation")),
}
TEXTS = {"text/plain", "text/csv"}
SUFFIXES = {
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
}


def type_of(content: bytes, declared: str = "", name: str = "") -> str:
    """The MIME type of a file. `application/octet-stream` for what is unknown, and for a lie.

    A lie is a file of another kind (picture, sound, film, document) than its sender says.
    """
    said = said_type(declared, name)
    found = SAME.get(sniffed(content), sniffed(content))
    if not found:
        return said if said in TEXTS and is_text(content) else OPAQUE
    if said in TWINS.get(found, set()):
        return said
    known = found in DOCUMENTS or kind_of(found) != "file"
    return found if known and (not said or kind_of(said) == kind_of(found)) else OPAQUE


def said_type(declared: str, name: str) -> str:
    said = declared.partition(";")[0].strip().lower()
    said = SAME.get(said, said)
    suffix = "." + name.rpartition(".")[2].lower() if "." in name else ""
    return SUFFIXES.get(suffix, "") if said in {"", OPAQUE} else said


def sniffed(content: bytes) -> str:
    """By magic bytes; what filetype does not know is added here."""
    head = content[:SNIFFED]
    if head[4:10] == b"ftyp3g":
        return "video/3gpp"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "application/x-ole-storage"
    return str(filetype.guess_mime(head) or "")


def is_text(content: bytes) -> bool:
    """Plain text, and no markup: a browser that is told so reads it as nothing else, but not every program is told."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return text.lstrip()[:1] != "<" and all(sign.isprintable() or sign in "\t\r\n" for sign in text[:SNIFFED])


def kind_of(mime: str) -> str:
    """image, audio or video, else file."""
    kind = mime.partition("/")[0]
    return kind if kind in {"image", "audio", "video"} else "file"
