"""Recognition: which sign a clip shows, how often that is right, and sums of several recognisers. No PyTorch here."""

from signspot.recognition.accuracy import KS, accuracy, signs_of
from signspot.recognition.fusion import Sum, fused, fusion, tuned_weights
from signspot.recognition.recognitions import Recognitions
from signspot.recognition.tables import read_accuracy, read_fusion, read_recognitions, write_recognitions

__all__ = [
    "KS",
    "Recognitions",
    "Sum",
    "accuracy",
    "fused",
    "fusion",
    "read_accuracy",
    "read_fusion",
    "read_recognitions",
    "signs_of",
    "tuned_weights",
    "write_recognitions",
]
