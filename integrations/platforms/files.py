"""Files on their way between a platform and us: values that cross the adapters' contract (`base.Platform`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Attachment = Mapping[str, Any]
"""One of an inbound message's `metadata["attachments"]`: `{type, media_id?, url?, mime?, name?, size?, link_only?}`.

`media_id` and `url` are for `Platform.locate` alone and are shown to nobody. `link_only`: the platform forbids to keep
the file (Instagram's story mentions); its `url` is shown instead, for as long as it lives.
"""


@dataclass(frozen=True)
class FileSource:
    """Where a customer's file can be fetched now. Either may hold a token, so neither is logged, stored or shown."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class FilePart:
    """A file in a multipart body, in the form's field `form_field`."""

    form_field: str
    name: str
    mime: str
    content: bytes = field(repr=False)
