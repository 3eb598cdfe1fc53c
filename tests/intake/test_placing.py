"""Annotations in the time of their video."""

from hypothesis import given
from hypothesis import strategies as st

from signspot.corpus.elan import Media
from signspot.intake.placing import REASONS, place
from signspot.intake.profiles import GlossAnnotation
from signspot.timebase import Timebase
from signspot.video.decode import VideoInfo

times = st.integers(-2_000, 9_000)
signs = st.lists(st.builds(lambda start, end: GlossAnnotation("A", start, end), times, times), max_size=6)


@given(signs, st.integers(-1500, 1500), st.integers(80, 6_000), st.sampled_from([25, 29.97, 30, 50]))
def test_what_is_used_lies_in_the_video_as_the_workflow_has_it(
    signs: list[GlossAnnotation], origin_ms: int, duration_ms: int, fps: float
) -> None:
    info = VideoInfo(64, 64, 25, duration_ms, False)
    placed = place(signs, Media("a.mp4", "", origin_ms, ""), info, fps)
    assert len(placed) == len(signs)
    timebase = Timebase(fps)
    frames = timebase.frame_at(duration_ms)
    for sign, cut in placed:
        if sign.left_out:
            assert sign.left_out in REASONS and not cut
            continue
        assert 0 <= sign.start_ms < sign.end_ms
        assert sign.start_ms < timebase.ms_at(frames) and sign.end_ms < timebase.ms_at(frames + 1)
        given = GlossAnnotation("A", sign.start_ms - origin_ms, sign.end_ms - origin_ms)
        assert cut or given in signs, "nothing is changed without a word"


def test_without_the_video_its_end_is_not_known() -> None:
    assert place([GlossAnnotation("A", 0, 10**9)], None, None, 25)[0].sign == GlossAnnotation("A", 0, 10**9)
