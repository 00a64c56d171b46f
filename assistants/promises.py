"""Claims of an action: "he cancelado tu pedido", "I'll refund you". An assistant acts by its tools alone: they lie."""

import re
from collections.abc import Iterator

from assistants import facts

_ES = (
    r"(?:cancel|reembols|reserv|agend|program|reprogram|cambi|actualiz|envi|mand|registr|apart|aplic|activ|desactiv"
    r"|elimin|borr|cobr|carg|abon|deposit|notific|avis|inform|contact|llam|solicit|tramit|proces|gener|escal|regal"
    r"|bonific|confirm|anot|guard|transfier|transfer|pas|canaliz|conect|comunic)"
)
_ES_IRREGULAR_DONE = r"(?:devuelto|hecho|pedido|puesto|resuelto|dado de (?:alta|baja)|anadido|agregado)"
_ES_IRREGULAR = r"(?:devolver|hacer|pedir|poner|resolver|dar de (?:alta|baja)|anadir|agregar)"
_TO_YOU = r"(?:(?:ya|ahora(?: mismo)?|enseguida|te|le|les|lo|la|los|las|se) )*"
_EN_DONE = (
    r"(?:cancel+ed|refunded|booked|reserved|scheduled|rescheduled|changed|updated|sent|registered|applied|activated"
    r"|deactivated|deleted|charged|credited|notified|informed|contacted|called|requested|processed|placed|ordered"
    r"|issued|confirmed|escalated|forwarded|transferred|connected|added|removed|extended|upgraded)"
)
_EN = (
    r"(?:cancel|refund|book|reserve|schedule|reschedule|change|update|send|register|apply|activate|deactivate|delete"
    r"|charge|credit|notify|inform|contact|call|request|process|place|order|issue|confirm|escalate|forward|transfer"
    r"|connect|pass you|add|remove|extend|upgrade)"
)
_EN_DOING = (
    r"(?:cancel+ing|refunding|booking|reserving|scheduling|changing|updating|sending|applying|activating|deleting"
    r"|processing|placing|ordering|issuing|confirming|escalating|forwarding|transferring|connecting)"
)
_EN_WILL = r"(?:'ll| will|'m going to| am going to|'re going to| are going to| can now)"
_TO_YOU_NOW = (
    r"(?:envio|mando|reservo|agendo|aparto|cancelo|reembolso|devuelvo|llamo|contacto|paso con|transfiero|comunico"
    r"|canalizo|conecto|regalo|bonifico|aplico|confirmo)"
)
_ES_WAS = r"(?:(?:ya )?(?:ha|han) sido|ya (?:esta|estan)|qued(?:a|an|o|aron)|fue|fueron)"
_ES_ITS_DONE = rf"(?:{_ES}(?:ado|ada|ados|adas)|devuelt[oa]|hech[oa]|resuelt[oa]|dad[oa] de (?:alta|baja))"
_CLAIMS = [
    re.compile(pattern)
    for pattern in (
        rf"\b{_TO_YOU}(?:he|hemos) (?:{_ES}ado|{_ES_IRREGULAR_DONE})\b",
        rf"\b(?:te|le|lo|la) {_ES}(?:e|amos)\b(?= (?:el|la|los|las|un|una|tu|su|con|al|a)\b)",
        rf"\bya {_ES}(?:e|amos)\b",
        rf"\b{_TO_YOU}(?:{_ES}(?:are|aremos)|{_ES_IRREGULAR}(?:e|emos))\b",
        rf"\b(?:(?:te|le) )?(?:voy|vamos) a (?:{_ES}ar|{_ES_IRREGULAR})(?:te|le|lo|la|los|las)*\b",
        rf"\b(?:estoy|estamos) (?:{_ES}ando|haciendo|devolviendo|resolviendo)(?:te|le|lo|la)*\b",
        rf"\bproced(?:o|emos|ere) a {_ES}ar\w*\b",
        rf"\bte {_TO_YOU_NOW}\b",
        rf"\b(?:tu|su|tus|sus) \w+(?: \w+)? {_ES_WAS} {_ES_ITS_DONE}\b",
        rf"\b(?:i|we)(?:'ve| have|'d)? (?:just |already |now |also )*{_EN_DONE}\b",
        rf"\b(?:i|we){_EN_WILL} (?:just |now |also |immediately )*{_EN}\b",
        rf"\b(?:i'm|i am|we're|we are) (?:now |just )*{_EN_DOING}\b",
        rf"\byour \w+(?: \w+)? (?:has|have|is|are|was|were)(?: now| been| already| being)* {_EN_DONE}\b",
    )
]


def claims(text: str) -> Iterator[str]:
    """Each claim, as it stands in the flat text."""
    return (match[0].strip() for pattern in _CLAIMS for match in pattern.finditer(flat(text)))


def flat(text: str) -> str:
    """On one line, folded, with one kind of apostrophe."""
    return " ".join(facts.plain(text).replace("’", "'").split())
