"""What a wheel carries beside the package: the workflow, its profiles and configurations, and the commit it is of."""

import json
import runpy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Snakemake notes for every job what envs/signspot.yaml holds, with conda or without.
CARRIED = ("Snakefile", "workflow", "config", "profiles", "envs/signspot.yaml")


class CarriedFiles(BuildHookInterface):
    """Files of the repository in the wheel, and the commit in wheels and source distributions."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Names the files; an editable installation takes those of the clone."""
        if version == "editable":
            return
        root = Path(self.root)
        home = "src/signspot/packaged" if self.target_name == "sdist" else "signspot/packaged"
        if self.target_name == "wheel":
            build_data["force_include"] |= {str(root / name): f"{home}/repository/{name}" for name in CARRIED}
        state = runpy.run_path(str(root / "src/signspot/packaged/git.py"))["git_state"](root)
        # A source distribution is no clone, but has the file already.
        if state["commit"]:
            self.written = TemporaryDirectory()
            path = Path(self.written.name, "commit.json")
            path.write_text(json.dumps(state), encoding="utf-8")
            build_data["force_include"][str(path)] = f"{home}/commit.json"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Takes away what was written for the build."""
        if hasattr(self, "written"):
            self.written.cleanup()
