"""The verdict on a whole message: what it reads as, what it tries, what is found in it, what its reader needs."""

from checks.categories import category_of
from checks.combine import DANGEROUS, ordered, score_of, word_for
from checks.cues import cues, weights
from checks.find import Found, found_in
from checks.known import NOTHING_KNOWN, Known
from checks.link import verdict_on
from checks.needs import needs
from checks.number import verdict_on_number
from domain.verdict import ReadsAs, Reason, Verdict

_LINKS_READ = 20


def judge(text: str, known: Known = NOTHING_KNOWN) -> Verdict:
    """
    The full verdict on a message: its wording, its links and numbers together. Pure, bounded, never raises.

    `reads_as` tells a scam from someone describing, warning of or asking about one; `needs` is for the first reply.
    """
    found = found_in(text)
    lowered = found.words.lower()
    heard = cues(lowered)
    about = _about(found, known)
    wording = [Reason(key, {}, weights()[key]) for key in heard]
    reads_as = _reads_as(lowered, score_of(wording))
    reasons = [*about, *(wording if reads_as in ("scam", "report") else [])]
    score = score_of(reasons)
    return Verdict(
        word=word_for(score),
        score=score,
        category=category_of(heard) if word_for(score) != "unknown" else "",
        reads_as=reads_as,
        reasons=ordered(reasons),
        indicators=found.indicators,
        needs=needs(lowered, reads_as),
    )


def _about(found: Found, known: Known) -> list[Reason]:
    reasons: list[Reason] = []
    for _, link in found.links[:_LINKS_READ]:
        reasons += verdict_on(link, known).reasons
    for indicator in found.indicators:
        if indicator.kind not in ("url", "domain", "apk"):
            reasons += verdict_on_number(indicator, known).reasons
    return reasons


def _reads_as(lowered: str, score: float) -> ReadsAs:
    if any(word in lowered for word in ("ระวัง", "เตือนภัย", "อย่าหลงเชื่อ", "beware", "อย่ากด")):
        return "warning"
    if any(word in lowered for word in ("ไหมคะ", "ไหมครับ", "จริงไหม", "หรือเปล่า", "is this real", "มั้ย", "?")):
        return "question"
    if any(word in lowered for word in ("โดน", "มีคน", "ขอแจ้ง", "แจ้งเบาะแส", "someone called")):
        return "report"
    return "scam" if score >= min(0.5, DANGEROUS) else "ordinary"
