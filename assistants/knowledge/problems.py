"""What can be wrong with a source or a training, as `{code, …}` in the database and as a sentence for people."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

PROBLEMS = {
    # A file's content
    "empty": gettext_noop("There is no text in it."),
    "no_text_layer": gettext_noop("The PDF holds pictures of pages and no text."),
    "password": gettext_noop("The PDF is protected by a password."),
    "broken_file": gettext_noop("The file is damaged or is not what its name says."),
    "not_text": gettext_noop("The file is not text in UTF-8 or Latin characters."),
    "too_many_pages": gettext_noop("It has more than %(limit)s pages."),
    "too_much_text": gettext_noop("It holds more than %(limit)s characters."),
    "too_costly": gettext_noop("Reading it took too much time or memory."),
    "bad_json": gettext_noop("The file is not valid JSON."),
    "not_a_faq": gettext_noop("The JSON is not a list of questions with their answers."),
    "no_columns": gettext_noop("The first row must name the columns: question and answer."),
    "row_without_question": gettext_noop("Row %(row)s has no question."),
    "row_without_answer": gettext_noop("Row %(row)s has no answer."),
    "bad_phrasings": gettext_noop("The phrasings of row %(row)s are not a list of texts."),
    # An address
    "address_refused": gettext_noop("This address is not public, or not https."),
    "address_silent": gettext_noop("The page did not answer in time."),
    "address_answered": gettext_noop("The page answered with status %(status)s."),
    "address_too_large": gettext_noop("The page is larger than 5 MB."),
    "address_unreadable": gettext_noop("What is at this address is neither a page nor a file that can be read."),
    # A training
    "no_knowledge": gettext_noop("There is nothing to learn: add a source that can be read."),
    "too_much_knowledge": gettext_noop("It is cut into more than %(limit)s passages."),
    "died": gettext_noop("The training was interrupted %(attempts)s times and was given up."),
    "crashed": gettext_noop("The training failed for a reason on our side."),
    # Why a training has no embeddings
    "embeddings_failed": gettext_noop("The server of OPENAI_EMBEDDING_MODEL gave no embeddings: %(error)s."),
    "embeddings_too_many": gettext_noop("Embeddings are made of no more than %(limit)s passages."),
    "embeddings_untestable": gettext_noop("Fewer than %(least)s questions can show whether embeddings help."),
    # Why a training waits for a person
    "wrong_answers": gettext_noop(
        "%(wrong)s %% of the held-back questions were answered wrong; %(target)s %% is allowed."
    ),
    "recall_fell": gettext_noop("The right passage is found for %(now)s %% of the questions; it was %(before)s %%."),
}


def problem(code: str, **params: Any) -> dict[str, Any]:
    """What is stored."""
    if code not in PROBLEMS:
        raise KeyError(code)
    return {"code": code, **params}


def sentence(stored: Mapping[str, Any] | None) -> str | None:
    """In the reader's language; None where nothing is wrong."""
    if not stored:
        return None
    text = PROBLEMS[stored["code"]]
    return _(text) % stored
