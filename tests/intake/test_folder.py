"""Names of videos in tables, and files that link each other's videos."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from signspot.corpus.elan import Media
from signspot.intake.folder import identifiers, match_videos
from signspot.intake.sources import VideoAnnotations

names = st.text(st.sampled_from("a1_ -é(\u0301"), min_size=1, max_size=3)
paths = st.lists(st.tuples(st.sampled_from(["x", "y", "x/y"]), names).map("/".join).map(Path), unique=True, max_size=8)


@given(paths)
def test_every_video_has_a_name_of_its_own(paths: list[Path]) -> None:
    found = identifiers([path.with_name(path.name + ".mp4") for path in paths])
    assert len(set(found)) == len(paths) == len(found)
    assert all(re.fullmatch(r"[\w-]+", name) for name in found)


def test_names_are_changed_only_where_they_must() -> None:
    found = identifiers([Path(path) for path in ("in/a b.mp4", "in/c.mp4", "in/d/c.mov", "in/a_2.mp4", "in/a.mp4")])
    assert found == ["a_b", "in_c", "d_c", "a_2", "a"]


def test_a_video_that_two_files_claim_is_no_second_choice_of_a_third() -> None:
    def links(name: str, other: str) -> VideoAnnotations:
        return VideoAnnotations(Path(f"{name}.eaf"), name, {}, (Media(f"D:\\{other}.mp4", "", 0, "video/mp4"),))

    files = [links("a", "a"), links("b", "a"), links("c", "b"), links("d", "b")]
    matching = match_videos(files, [Path(f"{name}.mp4") for name in "ab"])
    assert [(one.stem, one.annotations.video) for one in matching.matches] == [("a", "a")]
    assert [str(path) for path, _ in matching.left_out] == ["c.eaf", "d.eaf", "b.mp4", "b.eaf"], (
        "no video is there twice"
    )
