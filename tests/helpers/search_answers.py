"""Answers with videos that browsers play, that are gone, and whose files nobody knows."""

from review_runs import CLOSING, EVIL

from signspot.retrieval.index import Sentence
from signspot.retrieval.places import Answer, Place, PlaceSign

SAID = f"Yesterday I bought a HOUSE, and houses {CLOSING}"


def place(media: str, *signs: PlaceSign, video: str = "one", share: float = 1.0, said: str = "") -> Place:
    """From the first of its signs to the last one."""
    start, end = signs[0].start_ms, max(sign.end_ms for sign in signs)
    score = sum(sign.score for sign in signs) / len(signs)
    sentence = Sentence(start, end, said) if said else None
    return Place(video, media, "anna", "annotations", start, end, share, score, signs, sentence)


def answer(media: str) -> Answer:
    """Three places in a video, one in a video that is gone, one in a video without a file."""
    places = [
        place(media, PlaceSign("HOUSE", 3000, 3400, 1.0), PlaceSign("BUY", 4000, 4400, 0.5), said=SAID),
        place(media, PlaceSign("HOUSE", 6000, 6600, 0.7), share=0.5),
        place(media, PlaceSign(EVIL, 9000, 9400, 0.6), share=0.5),
        place("gone/two & 50%#?'.avi", PlaceSign("BUY", 100, 500, 0.5), video="two", share=0.5),
        place("", PlaceSign("BUY", 100, 500, 0.4), video="three", share=0.5),
    ]
    return Answer(places, len(places), ["house", "buy"])
