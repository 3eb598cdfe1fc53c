"""The files of recognition: what is written is read, and what nobody writes is refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up_recognitions import recognitions

from signspot.errors import DamagedStore, InputError
from signspot.files import write_json
from signspot.recognition import (
    Sum,
    accuracy,
    fusion,
    read_accuracy,
    read_fusion,
    read_recognitions,
    write_recognitions,
)
from signspot.recognition.tables import COLUMNS, recognitions_table
from signspot.rows import nfc

GLOSSES = st.sampled_from(["NA", "null", "nan", '"', "'", "0.5"]) | st.text(
    st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8
).map(nfc)
HEADER = "\t".join(COLUMNS)
ROW = ["NA", "0", "400", "HOLA", "HOLA", "0.5", "NO", "0.3", "SÍ", "0.2", "", "", "", ""]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(GLOSSES, min_size=1, max_size=8, unique=True), st.integers(0, 4), st.integers(0, 10**6))
def test_a_table_is_read_as_it_was_written(tmp_path: Path, signs: list[str], clips: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    one = recognitions(rng.normal(size=(clips, len(signs))), rng.integers(-1, len(signs), clips), "0")
    one = replace(one, signs=tuple(signs), clips=one.clips.assign(sign=one.clips["sign"].replace("S0", signs[0])))
    write_recognitions(one, tmp_path / "recognitions.tsv")
    read, table = read_recognitions(tmp_path / "recognitions.tsv"), recognitions_table(one).round(6)
    assert read.columns.tolist() == list(COLUMNS)
    for column in COLUMNS:
        kind = float if column.startswith("probability") else int if column.endswith("_ms") else object
        np.testing.assert_array_equal(read[column].to_numpy(kind), table[column].to_numpy(kind))
        assert read[column].dtype == kind


def test_the_best_signs_come_first_and_of_equal_ones_the_lower_class(tmp_path: Path) -> None:
    one = recognitions(np.log([[0.1, 0.4, 0.05, 0.1, 0.3, 0.05]]), np.array([-1]))
    write_recognitions(one, tmp_path / "recognitions.tsv")
    assert (tmp_path / "recognitions.tsv").read_text(encoding="utf-8").splitlines()[1].split("\t") == [
        *("clip0", "0", "1000", ""),
        *("S1", "0.400000", "S4", "0.300000", "S0", "0.100000", "S3", "0.100000", "S2", "0.050000"),
    ]


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("video", "", "line 2: video is '', expected the name of a video"),
        ("start_ms", "0.5", "line 2: start_ms is '0.5', expected a whole number"),
        ("end_ms", "0", "line 2: end_ms is 0, expected a time after start_ms"),
        ("best_1", "", "line 2: best_1 is '', expected the best sign"),
        ("best_2", "", "line 2: probability_2 is '0.3', expected nothing, as best_2 is empty"),
        ("best_5", "QUÉ", "line 2: best_5 is 'QUÉ', expected nothing, as the sign before it is empty"),
        ("probability_1", "1.5", "line 2: probability_1 is '1.5', expected a number from 0 to 1"),
        ("probability_2", "nan", "line 2: probability_2 is 'nan', expected a number from 0 to 1"),
        ("probability_2", "", "line 2: probability_2 is '', expected a number from 0 to 1"),
        ("probability_3", "0.4", "line 2: probability_3 is '0.4', expected no more than the probability before it"),
    ],
)
def test_wrong_rows_are_told(tmp_path: Path, column: str, cell: str, message: str) -> None:
    path, cells = tmp_path / "recognitions.tsv", list(ROW)
    path.write_text("\n".join([HEADER, "\t".join(cells), ""]), encoding="utf-8")
    assert read_recognitions(path)["video"].tolist() == ["NA"]
    cells[COLUMNS.index(column)] = cell
    path.write_text("\n".join([HEADER, "\t".join(cells), ""]), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_recognitions(path)


def test_a_missing_column_is_told(tmp_path: Path) -> None:
    (tmp_path / "recognitions.tsv").write_text("video\tstart_ms\nv1\t0\n", encoding="utf-8")
    with pytest.raises(InputError, match="column end_ms is missing; there are video, start_ms"):
        read_recognitions(tmp_path / "recognitions.tsv")


def test_json_files_are_read_as_they_were_written(tmp_path: Path) -> None:
    one = recognitions(np.eye(3), np.array([0, 1, 1]))
    told, sums = accuracy(one, trained=["S1"], signers={"clip0": "p"}), fusion({"a": one, "b": one}, [Sum(("a", "b"))])
    write_json(tmp_path / "recognition.json", told)
    write_json(tmp_path / "fusion.json", sums)
    assert read_accuracy(tmp_path / "recognition.json") == told
    assert read_fusion(tmp_path / "fusion.json") == sums
    with pytest.raises(InputError, match="key signs is missing"):
        read_accuracy(tmp_path / "fusion.json")
    with pytest.raises(InputError, match="key tuned_on is missing"):
        read_fusion(tmp_path / "recognition.json")
    (tmp_path / "fusion.json").write_text("{", encoding="utf-8")
    with pytest.raises(DamagedStore, match="cannot be read as JSON"):
        read_fusion(tmp_path / "fusion.json")
    with pytest.raises(InputError, match=r"none\.json: cannot be read"):
        read_fusion(tmp_path / "none.json")
