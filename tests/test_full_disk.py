"""A stage that can write no further ends with a message and leaves nothing behind."""

import subprocess
import sys
from pathlib import Path

import pytest

LIMITED = """
import resource, signal, sys
from pathlib import Path
import numpy as np
import pandas as pd
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
from types import SimpleNamespace
from signspot.logs import job
folder = sys.argv[1]
with job(SimpleNamespace(log=[f"{folder}/stage.log"], threads=1, config={})):
"""
WRITERS = {
    "frames": """
    from signspot.video.store import store_frames
    noise = np.random.default_rng(0).integers(0, 256, (60, 256, 256, 3), np.uint8)
    store_frames(iter(noise), f"{folder}/out.h5", {"video": "v", "fps": 25.0}, 8)
""",
    "tables": """
    from signspot.corpus.tables import Tables, write_tables
    rows = pd.DataFrame({"video": ["v" * 99] * 9999, "path": ""})
    write_tables(Tables(rows, rows, rows), folder)
""",
    "weights": """
    import torch
    from signspot.training.store import save_network
    save_network(Path(folder, "out"), torch.nn.Linear(500, 500), pd.DataFrame(), {})
""",
}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_file_that_cannot_grow_is_named_and_not_left_behind(tmp_path: Path, writer: str) -> None:
    """The process may write no file beyond 300 kB, which fails as a full disk does."""
    script = LIMITED + WRITERS[writer]
    command = [sys.executable, "-c", script, str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    assert "free space" in result.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "stage.log"]
