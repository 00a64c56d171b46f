"""What a customer's words ask for before any knowledge is asked: a person, or nothing but a greeting or thanks."""

import re
from typing import Literal

from flame.lib.folding import fold

_PERSON = (
    r"(?:human[oa]s?|personas?|agentes?|asesor(?:a|es)?|ejecutiv[oa]|operador(?:a)?|representante|encargad[oa]|gerente"
    r"|supervisor(?:a)?|vendedor(?:a)?|alguien|humans?|persons?|people|agents?|representatives?|reps?|operators?"
    r"|advisors?|advisers?|managers?|supervisors?|someone|somebody)"
)
_ADJECTIVE = r"(?:(?:real|live|actual|human|otr[oa]|another|different|customer service|support|servicio al cliente) )*"
_ARTICLE = r"(?:(?:un|una|el|la|algun|alguna|unos?|a|an|the|some|your|su|tu) )?"
_WHO = rf"{_ARTICLE}{_ADJECTIVE}{_PERSON}\b"
_POLITE = r"(?:por favor|porfa(?:vor)?|please|gracias|thanks|thank you|ya|ahora(?: mismo)?|now|aqui|here|hola|hello|hi)"

# Talking to somebody needs no more proof: "hablar con un agente de ventas" is a request whatever they sell.
_TALK = re.compile(
    r"\b(?:(?:hablar|hable|platicar|charlar|chatear|conversar|tratar|contactar(?:me)?|comunicar(?:me|nos)?"
    r"|comunic(?:a|as|an|ame|anme)|comuniqu(?:e|eme|en|enme)|contact(?:ame|enme|eme)|conect(?:ar(?:me)?|a|ame|enme|eme)"
    r"|transf(?:erir(?:me)?|ier[ae](?:me|nme)?)|pas(?:ame|eme|enme|arme)|me (?:pued\w+ |podr\w+ )?pas(?:a|as|an|ar)"
    r"|deriv(?:ar(?:me)?|ame)"
    rf"|enlaz(?:ar(?:me)?|ame|enme)) (?:(?:me|ya|directamente|mejor) )*(?:con|a) {_WHO}"
    r"|(?:talk|speak|chat|connect(?: me)?|transfer(?: me)?|put me through|pass me|escalate(?: this)?)"
    rf" (?:directly )?(?:to|with) {_WHO}"
    rf"|(?:que me (?:atienda|ayude|conteste|responda)|atiendame|atiendanme) {_WHO})"
)
# Wanting one counts only where the noun ends the wish: "necesito un agente limpiador" is about a product.
_WANT = re.compile(
    r"\b(?:quiero|quisiera|necesito|prefiero|dame|deme|denme|busco|exijo|puedo tener|hay|esta|(?:i )?want|need|prefer"
    r"|get me|give me|(?:can|could|may) i (?:get|have)|is there|i would like|i'd like) "
    rf"(?:a )?{_WHO}(?: (?:real|human[oa]|de verdad|de carne y hueso|ahi|there))?"
    rf"(?: {_POLITE}| que (?:me )?\w+| who \w+| to (?:help|talk|speak|assist)| para (?:hablar|que)|\W*$|(?=[.,;!?]))"
)
_ALONE = re.compile(
    rf"^(?:{_POLITE}[ ,]*)*(?:con |to )?{_WHO}(?: (?:real|human[oa]|de verdad|de atencion|de soporte))?"
    rf"(?:[ ,]*{_POLITE})*$"
)
_HUMAN_CARE = re.compile(
    r"\b(?:atencion|soporte|ayuda|asistencia) (?:human[oa]|personal(?:izada)?)\b|\bhuman (?:support|help)\b"
)
_REFUSED = re.compile(r"\b(?:no|sin|don'?t|do not|not|without) (?:\w+ ){0,2}$")

_GREETING = re.compile(
    r"^(?:(?:muy )?(?:hola+|holi|buen(?:os|as)?(?: dias?| tardes?| noches?)?|que tal|saludos|hello+|hi+|hey+|good"
    r" (?:morning|afternoon|evening|day)|como estan?|como estas|how are you|que onda|disculp[ae]|there|todos?|a todos"
    r"|amig[oa]s?)[\W_]*)+$"
)
_THANKS = re.compile(
    r"^(?:(?:ok(?:ay|is)?|vale|perfecto|excelente|genial|listo|super|muy bien|de acuerdo|great|perfect|cool)[\W_]*)*"
    r"(?:(?:muchas |mil |muchisimas )?gracias|te lo agradezco|se lo agradezco|(?:many )?thanks?(?: you)?|thx|ty)"
    r"(?:[\W_]*(?:muy amables?|por (?:todo|la (?:ayuda|informacion|info)|su (?:ayuda|atencion)|tu ayuda)|so much"
    r"|very much|a lot|for (?:your|the) help|for everything|adios|bye|hasta luego|saludos|igualmente|buen dia))*[\W_]*$"
)


def asks_for_person(text: str) -> bool:
    """Whether a message asks to be served by a person, in Spanish or English."""
    plain = re.sub(r"[¿¡\"'“”]", "", re.sub(r"\s+", " ", fold(text))).strip()
    if _ALONE.match(plain.strip(" .,;:!?")):
        return True
    found = [match for pattern in (_TALK, _WANT, _HUMAN_CARE) for match in pattern.finditer(plain)]
    return any(not _REFUSED.search(plain[: match.start()]) for match in found)


def small_talk(text: str) -> Literal["greeting", "thanks", ""]:
    """What a message is when it is nothing else."""
    plain = fold(text).strip(" ¿¡")
    if _GREETING.match(plain):
        return "greeting"
    return "thanks" if _THANKS.match(plain) else ""
