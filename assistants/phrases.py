"""The sentences that are ours and not the assistant's owner's. Read them under `translation.override`."""

from django.utils.translation import gettext as _

from assistants.dialogue import Dialogue


def greeting(dialogue: Dialogue) -> str:
    if dialogue.first_name:
        return _("Hello, %(name)s! How can I help you?") % {"name": dialogue.first_name}
    return _("Hello! How can I help you?")


def thanks() -> str:
    return _("You're welcome! I'm here if you need anything else.")


def small_talk(said: str, dialogue: Dialogue) -> str:
    return greeting(dialogue) if said == "greeting" else thanks()


def did_you_mean() -> str:
    """Before up to three questions, which are shown below it."""
    return _("Do you mean…?")


def handing_over() -> str:
    """For who asked for a person."""
    return _("Of course. I'm passing your conversation to a person on our team, who will answer you here.")


def not_readable() -> str:
    """For pictures, voice notes and files that came without a word."""
    return _("I can only read text. I'm passing you to a person on our team, who will answer you here.")


def not_known() -> str:
    """For a question that the knowledge does not answer, or that nobody could answer safely."""
    return _("I don't know that. I'm passing you to a person on our team, who will answer you here.")
