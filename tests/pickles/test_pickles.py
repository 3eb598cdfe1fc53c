"""Pickles of strangers: what is read, and what ends as a message before anything is made of it."""

import os
import pickle
import pickletools
import struct
from collections import OrderedDict
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signspot.corpus.challenge import read_ground_truth
from signspot.errors import InputError
from signspot.pickles import load_pickle, read_pickle

ARRAYS = {
    "doubles": np.array([[1.0, 40.0, 80.0]]),
    "halves": np.ones((2, 3), np.float16),
    "none": np.zeros((0, 3), np.int64),
    "columns first": np.asfortranarray(np.arange(12, dtype=np.int32).reshape(4, 3)),
    "other order of bytes": np.array([1, 2, 300], ">i2"),
    "no axis": np.array(2.5),
}
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


def read(content: bytes) -> object:
    return read_pickle(content, "f.pkl", "a dict")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_plain_values_of_every_protocol_are_read(protocol: int) -> None:
    row = [0, -1, 2**62]
    value = {"é": [row, row], "b": (1, 2, 3, 4), "c": [True, False, None, 0.5, "日本"], "d": {"e": ()}, "f": [[]]}
    assert read(pickle.dumps(value, protocol=protocol)) == value


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_are_read_and_can_be_written_to(name: str, protocol: int) -> None:
    expected = ARRAYS[name]
    found = read(pickle.dumps((expected, [expected]), protocol=protocol))[0]
    assert np.array_equal(found, expected) and found.dtype == expected.dtype.newbyteorder("=")
    assert found.flags.writeable


def test_numbers_of_numpy_become_builtin_ones() -> None:
    found = read(pickle.dumps([np.int64(3), np.float32(0.5), np.uint8(7)]))
    assert found == [3, 0.5, 7] and [type(value) for value in found] == [int, float, int]


def chain(levels: int) -> bytes:
    """A list of ten times a list of ten times … a text: 10 ** levels texts in some hundred bytes."""
    links = [b"(" + b"h" + bytes([n]) + (b"h" + bytes([n])) * 9 + b"lq" + bytes([n + 1]) + b"0" for n in range(levels)]
    return b"\x80\x02U\x03lolq\x000" + b"".join(links) + b"h" + bytes([levels]) + b"."


def numpy_state(code: str, state: object, data: bytes = b"ABCDEF\x00\x00") -> bytes:
    """An array with a type of this code and state."""

    class Type:
        def __reduce__(self) -> tuple:
            return np.dtype, (code, False, True), state

    class Array:
        def __reduce__(self) -> tuple:
            return np.core.multiarray._reconstruct, (np.ndarray, (0,), b"b"), (1, (1,), Type(), False, data)

    return pickle.dumps({"a": Array()}, protocol=2)


PLAIN_STATE = (3, "<", None, None, None, -1, -1, 0)
NEW_ARRAY = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"
INT64 = b"cnumpy\ndtype\n(S'i8'\nI0\nI1\ntR"
HARMFUL = {
    "array of objects": numpy_state("O8", (3, "|", None, None, None, -1, -1, 0)),
    "field outside": numpy_state("V8", (3, "|", None, ("f",), {"f": (np.dtype("i8"), 10**8)}, 8, 1, 0)),
    "plain code with fields": numpy_state("i8", (3, "<", None, ("f",), {"f": (np.dtype("i8"), 10**8)}, 8, 1, 0)),
    "array in the type": numpy_state("i8", (3, "<", (np.dtype("i8"), (2**40,)), None, None, -1, -1, 0)),
    "order of bytes": numpy_state("i8", (3, "?", None, None, None, -1, -1, 0)),
    "times": numpy_state("M8", (4, "<", None, None, None, -1, -1, 0, ({}, (b"s", 1, 1, 1)))),
    "texts": pickle.dumps(np.array(["a", "b"])),
    "records": pickle.dumps(np.zeros(2, [("a", "i4"), ("b", "O")])),
    "too few bytes": numpy_state("i8", PLAIN_STATE, b"1234"),
    "number of objects": pickle.dumps({"a": np.array([None])}),
    "state of no array": pickle.dumps({"a": []}, protocol=2)[:-1] + b"N" + b"b.",
    "array without state": NEW_ARRAY + b".",
    "array within itself": NEW_ARRAY + b"p0\n(I1\n(I1\ntg0\nI0\ng0\ntb.",
    "rows without numbers": NEW_ARRAY + b"(I1\n(I4611686018427387904\nI0\nt" + INT64 + b"I0\nS''\ntb.",
    "name alone": b"cnumpy\ndtype\n.",
    "function": pickle.dumps(os.getcwd),
    "object": pickle.dumps(Decimal(1)),
    "class of lists": pickle.dumps(OrderedDict(a=[])),
    "set": pickle.dumps({"a": {1}}),
    "bytes": pickle.dumps({"a": b"\xff"}),
    "object of protocol 0": b"(ios\nsystem\nS'true'\n.",
    "object by its class": b"\x80\x02cbuiltins\nlist\n)\x81.",
    "persistent id": b"P1\n.",
    "persistent id of the stack": b"K\x01Q.",
    "extension": b"\x80\x02\x82\x01.",
    "extension of four bytes": b"\x80\x02\x84\xff\xff\xff\x7f.",
    "buffer from outside": b"\x80\x05\x97.",
    "protocol to come": b"\x80\x06N.",
    "unknown operation": b"\xffN.",
    "many texts": chain(9),
    "more texts": chain(25),
    "deep": b"]" * 200 + b"a" * 199 + b".",
    "within itself": b"]q\x00h\x00a.",
    "dict within itself": b"}q\x00U\x01ah\x00s.",
    "tuple within itself": b"]q\x00(h\x00ta.",
    "long number": pickle.dumps([2**70]),
    "long negative number": pickle.dumps([-(2**64)]),
    "number of 10000 digits": b"I" + b"9" * 10_000 + b"\n.",
    "number of a million bytes": b"\x8b" + struct.pack("<i", 10**6) + b"\x7f" * 10**6 + b".",
    "length beyond the file": b"\x80\x04\x8d" + struct.pack("<Q", 2**62) + b"a.",
    "negative length": b"T" + struct.pack("<i", -5) + b"abc.",
    "reference to nothing": b"h\x07.",
    "far reference": b"Nr\xff\xff\xff\xff.",
    "no mark": b"Nl.",
    "empty stack": b"0.",
    "nothing to end with": b".",
    "two values": b"NN.",
    "two pickles": pickle.dumps({"a": []}) + pickle.dumps({"b": []}),
    "key without value": b"(S'a'\nd.",
    "key twice": b"(S'a'\nI1\nS'a'\nI2\nd.",
    "key is a number": pickle.dumps({1: []}),
    "key is a tuple": pickle.dumps({(1, 2): []}),
    "key with a line break": pickle.dumps({"a\n": []}),
    "key with half a character": pickle.dumps({"a\ud800": []}),
    "very long key": pickle.dumps({"a" * 5000: []}),
    "value for a number": b"K\x01K\x02a.",
    "no UTF-8": b"X\x02\x00\x00\x00\xff\xfe.",
    "empty file": b"",
    "text": b"hello",
}


@pytest.mark.parametrize("name", HARMFUL)
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"^f\.pkl: refused as a pickle \(.{8,}\)\. Expected a dict") as caught:
        read(HARMFUL[name])
    assert len(str(caught.value)) < 1500
    str(caught.value).encode()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_pickle_that_is_cut_is_refused_wherever_it_ends(protocol: int) -> None:
    whole = pickle.dumps({"a": [[1, 2, 300_000]], "b": np.arange(3.0)}, protocol=protocol)
    for end in range(len(whole)):
        with pytest.raises(InputError):
            read(whole[:end])


class Malicious:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_nothing_of_a_pickle_runs(tmp_path: Path, protocol: int) -> None:
    with pytest.raises(InputError, match=r"it wants to load \w+\.mkdir"):
        read(pickle.dumps(Malicious(tmp_path / "hacked"), protocol=protocol))
    assert not (tmp_path / "hacked").exists()


def test_too_many_operations_and_too_large_files(tmp_path: Path) -> None:
    for content in (b"]" * 3_000_000, b"(" * 3_000_000):
        with pytest.raises(InputError, match="more than 2000000 operations"):
            read(content)
    with pytest.raises(InputError, match="larger than 10 bytes"):
        read_pickle(bytes(11), "f.pkl", "a dict", 10)


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pkl")
    os.symlink("/dev/zero", tmp_path / "device.pkl")
    for name, reason in (("pipe", "no regular file"), ("device", "no regular file"), ("gone", "No such file")):
        with pytest.raises(InputError, match=rf"{name}\.pkl: cannot be read \(.*{reason}"):
            load_pickle(tmp_path / f"{name}.pkl", "a dict")
    with pytest.raises(InputError, match="Is a directory"):
        load_pickle(tmp_path, "a dict")


@pytest.mark.parametrize("name", ["pipe.tsv", "pipe.txt", "pipe.zip"])
def test_no_other_form_of_annotations_is_waited_for_either(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(InputError, match=r"pipe.*no regular file"):
        read_ground_truth(tmp_path / name)


OPERATIONS = [operation.code.encode("latin1") for operation in pickletools.opcodes]
SEEDS = [pickle.dumps({"v": [[1, 2, 3]], "w": np.arange(6).reshape(2, 3)}, protocol=protocol) for protocol in PROTOCOLS]
SEEDS += [chain(3), HARMFUL["field outside"], HARMFUL["array of objects"]]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 3), st.sampled_from(OPERATIONS) | st.binary(max_size=5))),
)
def test_a_changed_pickle_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, seed: bytes, changes: list[tuple[int, int, bytes]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.pkl"
    content = bytearray(seed)
    for place, gone, new in changes:
        content[place % (len(content) + 1) : place % (len(content) + 1) + gone] = new
    path.write_bytes(content)
    try:
        read_ground_truth(path)
    except InputError as error:
        assert str(error).startswith(str(path)) and len(str(error)) < 3000
