"""Taking away the files that no message has: of deleted threads and accounts, and uploads that nobody sent."""

import logging

from django.core.files.storage import default_storage
from django.utils import timezone

from conversations.models import Attachment

logger = logging.getLogger(__name__)
BATCH = 500


def prune_unclaimed() -> int:
    """Delete the bytes, then the row that names them, so that a crash between leaves nothing that nobody knows of."""
    total = 0
    while gone := prune_some():
        total += gone
    return total


def prune_some() -> int:
    unclaimed = Attachment.objects.unclaimed(timezone.now())
    gone = 0
    for row in unclaimed.order_by("expires_at")[:BATCH]:
        try:
            if row.file:
                default_storage.delete(row.file)
        except Exception:
            logger.exception("The storage did not delete the file of attachment %s.", row.pk)
        else:
            gone += unclaimed.filter(pk=row.pk).delete()[0]
    return gone
