"""The smallest files of each type that their readers recognise."""

import io
import zipfile


def archive(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x" * 50)
    return file.getvalue()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
FILES = {
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(64),
    "image/png": PNG,
    "image/gif": b"GIF89a" + bytes(64),
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(64),
    "audio/ogg": b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01" + bytes(64),
    "audio/mpeg": b"ID3\x04" + bytes(64),
    "audio/amr": b"#!AMR\n" + bytes(64),
    "audio/aac": b"\xff\xf1\x50\x80" + bytes(64),
    "video/mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(64),
    "video/3gpp": b"\x00\x00\x00\x14ftyp3gp5\x00\x00\x01\x00" + bytes(64),
    "application/pdf": b"%PDF-1.7\n" + bytes(64),
    "application/zip": archive("a.txt"),
    WORD: archive("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
}
