"""What the owner of an account on a platform is told by mail."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.notices import queue_notice
from integrations.models import Integration

KIND = "integration.failed"


def tell_of_error(integration: Integration) -> None:
    """Queue one mail, in the transaction that puts the integration into error: a fall that is undone tells nobody."""
    owner = integration.user
    with override(owner.language):
        subject = _("%(name)s no longer takes our messages")
        text = _(
            "Hello, %(owner)s.\n\n%(platform)s no longer lets %(name)s send:\n\n    %(error)s\n\nWhat customers are to"
            " get waits. Renew its credentials and connect it again:\n\n%(link)s\n"
        )
        facts = {
            "owner": owner.name,
            "platform": integration.get_platform_display(),
            "name": str(integration),
            "error": integration.error,
            "link": settings.PUBLIC_URL,
        }
        queue_notice(owner, KIND, subject % facts, text % facts)
