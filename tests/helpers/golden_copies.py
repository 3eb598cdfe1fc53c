"""Keeps ``tests/golden``, the numbers of the reference systems that the tests need, without prose and unused traces.

python tests/golden_copies.py ../shared/golden
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

COPIES = Path(__file__).parents[1] / "golden"
NAMES = (
    *("i3d_r50_vipl", "i3d_r50_original", "tmodel_i3d_vipl", "p3d199_flow_vipl", "p3d199_flow_original", "stgcn_vipl"),
    *("detector_test_vipl", "detector_fix_vipl", "decode_cases", "label_cases", "clip_windows", "loss_cases"),
    *("merge_cases", "skeleton_cases", "augmentation_facts", "scorer_cases", "label_map", "rule_selftest"),
    *("bsl1k_i3d", "hsi3d", "hsi3d_sampling_cases", "hsi3d_target_cases", "hsi3d_training_facts", "hsi3d_loss_cases"),
    *("hsi3d_window_cases", "hsi3d_decode_cases"),
    *("msg3d_57", "msg3d_53_baseline", "msg3d_53_spot", "msg3d_graphs", "msg3d_streams_53", "msg3d_streams_57"),
    *("msg3d_tta_cases", "fusion_cases", "islr_metric_cases"),
    *("s3d_kylemin", "s3d_torchvision", "s3d_loss_cases"),
    *("tsm_r50_backbone", "tsm_shift_cases"),
    *("stepnet_derived", "stepnet_flow_cases", "stepnet_fusion_cases", "stepnet_loss_cases", "stepnet_pieces"),
    "stepnet_sampling_cases",
    *("baseline_decode_cases", "baseline_filter_cases", "baseline_window_cases", "clip_window_cases_16"),
    *("combination_cases", "ranking_loss_cases", "retrieval_metric_cases", "retrieval_networks"),
    *("sr_similarity_cases", "spot_window_cases"),
)
TRACES = {"ops", "stage_stats"}
"""Keys of intermediate results, which only help to find a first wrong layer."""
WORDS = 4
"""A text of more words than this is prose."""


def copy_of(source: Path) -> str:
    """The JSON of a golden file as it is kept: one line per case, numbers and names only."""
    value = _facts(json.loads(source.read_text(encoding="utf-8")))
    lines = [f"{json.dumps(key)}: {json.dumps(part, ensure_ascii=False)}" for key, part in value.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _facts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _facts(part) for key, part in value.items() if key not in TRACES and not _prose(part)}
    return [_facts(part) for part in value if not _prose(part)] if isinstance(value, list) else value


def _prose(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_prose, value))
    return isinstance(value, str) and len(value.split()) > WORDS


def main() -> None:
    source = Path(sys.argv[1])
    COPIES.mkdir(exist_ok=True)
    for name in NAMES:
        (COPIES / f"{name}.json").write_text(copy_of(source / f"{name}.json"), encoding="utf-8")
        arrays = source / f"{name}.npz"
        if arrays.is_file():
            shutil.copyfile(arrays, COPIES / arrays.name)


if __name__ == "__main__":
    main()
