"""What a customer's words ask for before any knowledge is asked: a person, or nothing but a greeting or thanks."""

import re
from typing import Literal

from assistants.knowledge.lexicon import CONCEPTS, EMPTY_WORDS, LIGHT_WORDS
from assistants.knowledge.spelling import Spelling
from flame.lib.folding import fold

SHORTEST_SLIP = 5
LONGEST_CLAUSE = 20
_REAL = frozenset(CONCEPTS) | LIGHT_WORDS | EMPTY_WORDS["es"] | EMPTY_WORDS["en"]

_PERSON = (
    r"(?:human[oa]s?|personas?|agentes?|asesor(?:a|es)?|ejecutiv[oa]|operador(?:a)?|representante|encargad[oa]|gerente"
    r"|supervisor(?:a)?|vendedor(?:a)?|recepcionista|duen[oa]|jef[ea]|alguien|humans?|persons?|people|agents?"
    r"|representatives?|reps?|operators?|advisors?|advisers?|managers?|supervisors?|owner|someone|somebody|anyone|anybody)"
)
_DESK = (
    r"(?:(?:el |la |the |your |su )?(?:area de |departamento de )?(?:ventas|soporte(?: tecnico)?|recepcion|gerencia"
    r"|atencion (?:a|al) clientes?|servicio (?:a|al) clientes?|customer (?:service|support|care)|support|sales"
    r"|reception|front desk)|ustedes|un[ao]? (?:medic[oa]|doctora?|dentista|tecnic[oa]|abogad[oa]|ejecutiv[oa]))"
)
_SERVICE = r"(?:atencion (?:a|al) clientes?|servicio (?:a|al) clientes?|customer (?:service|support|care))"
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
    rf"|enlaz(?:ar(?:me)?|ame|enme)) (?:(?:me|ya|directamente|mejor) )*(?:con|a) (?:{_WHO}|{_DESK}\b)"
    r"|(?:talk|speak|chat|connect(?: me)?|transfer(?: me)?|put me through|pass me|escalate(?: this)?)"
    rf" (?:directly )?(?:to|with) (?:{_WHO}|{_DESK}\b)"
    r"|(?:que me (?:atienda|ayude|conteste|responda|llame|contacte)|me (?:atiende|contesta|puede (?:atender|llamar))"
    rf"|atiendame|atiendanme) {_WHO})"
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
    rf"(?:[ ,]*{_POLITE})*$|^(?:{_POLITE}[ ,]*)*{_SERVICE}(?:[ ,]*{_POLITE})*$"
)
_NO_MACHINE = re.compile(
    r"\b(?:no quiero|ya no quiero|deja de|harto de|don ?t want|sick of|stop)(?: \w+){0,5}"
    r" (?:bot|robot|maquina|machine)s?\b"
)
_HUMAN_CARE = re.compile(
    r"\b(?:atencion|soporte|ayuda|asistencia) (?:human[oa]|personal(?:izada)?)\b|\bhuman (?:support|help)\b"
    r"|\bis (?:any|some)(?:one|body) (?:there|here|available)\b"
)
_REFUSED = re.compile(
    r"\b(?:no|sin|don ?t|do not|not|without) (?:\w+ ){0,2}$|\b(?:que hora|cuando|que dias?|when|what time) (?:\w+ )?$"
)
_WHO_KNOWS = re.compile(
    r" (?:que|who|that)(?! (?:me |nos )?(?:atiend|ayud|contest|respond|llam|pued|can|could|help|will|would))"
)
"""Somebody with a skill is asked after, not for: "¿hay alguien que hable inglés?"."""
_MEANT = (
    "humano humana persona personas agente asesor asesora ejecutivo operador operadora representante encargado gerente",
    "supervisor alguien hablar comunicar quiero necesito human person agent representative someone manager speak",
)
_SPELLING = Spelling(word for line in _MEANT for word in line.split())


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
    plain = " ".join(re.findall(r"[^\W_]+|[.,;!?]", fold(text).replace("'", " ")))
    plain = re.sub(r"[^\W_]+", lambda match: _corrected(match[0]), re.sub(r" (?=[.,;!?])", "", plain))
    if _ALONE.match(plain.strip(" .,;:!?")) or _NO_MACHINE.search(plain):
        return True
    found = [match for pattern in (_TALK, _WANT, _HUMAN_CARE) for match in pattern.finditer(plain)]
    return any(not _REFUSED.search(plain[: match.start()]) and not _only_asks_who(match, plain) for match in found)


def _only_asks_who(match: re.Match[str], plain: str) -> bool:
    return match.re is _WANT and bool(_WHO_KNOWS.search(plain, max(match.start(), match.end() - LONGEST_CLAUSE)))


def _corrected(word: str) -> str:
    """Slips in the words that matter here; a word that is one stays as it is."""
    if len(word) < SHORTEST_SLIP or word in _REAL or word.startswith("personal"):
        return word
    return _SPELLING.nearest(word) or word


def small_talk(text: str) -> Literal["greeting", "thanks", ""]:
    """What a message is when it is nothing else."""
    plain = fold(text).strip(" ¿¡")
    if _GREETING.match(plain):
        return "greeting"
    return "thanks" if _THANKS.match(plain) else ""
