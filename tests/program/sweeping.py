"""Sweeps of a tiny study, and what they leave: for the tests of `polyclinic sweep`."""
import pathlib

import h5py

from support import ProgramTest

TINY = """
schema = 1
name = "tiny"
[[institution]]
name = "clinic"
count = 2
[[chain]]
name = "scans"
rounds = 6
data.dataset = "phantom"
data.phantom = { train_rows = 60, test_rows = 30, size_pixels = 8 }
model = { kind = "mlp", widths = [4] }
training = { lr = 0.05, batch_size = 10 }
sharing = { steps = ["top_k"], fraction = 0.2 }
consensus = { validators = 2, block_interval_s = 1.0 }
"""

STUDY = """
schema = 1
name = "fractions"
scenario = "tiny.toml"
seeds = [1, 2]
target = { metric = "auc", value = 0.6 }
[axes]
sharing.fraction = [1, 0.1]
"""

RUNS = [f"fraction={fraction}_seed={seed}" for fraction in ("1", "0.1") for seed in (1, 2)]


def is_complete(file):
    try:
        with h5py.File(file) as result:
            return result.attrs["complete"] == 1
    except OSError:
        return False


def contents(folder):
    """Every file but the lock, with what tells whether it was written again."""
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(pathlib.Path(folder).rglob("*"))
            if path.is_file() and path.name != "lock"}


def deterministic_part(manifest):
    """All of study.h5 bit for bit but the table `wall`, and every run's fingerprint as its own file has it."""
    part = {}

    def put(name, item):
        for key, value in item.attrs.items():
            part[name, key] = str(value.tolist() if hasattr(value, "tolist") else value)
        if isinstance(item, h5py.Dataset) and name != "wall":
            part[name] = (str(item.dtype), item.shape, item[()].tobytes() if item.dtype != object else repr(item[()]))

    with h5py.File(manifest) as file:
        put("/", file)
        file.visititems(put)
        for run in file["files"]:
            part[run] = file["files"][run].attrs["fingerprint"]
    return part


class SweepTest(ProgramTest):
    def setUp(self):
        super().setUp()
        (self.folder / "tiny.toml").write_text(TINY)
        self.study = self.folder / "study.toml"
        self.study.write_text(STUDY)
        self.out = self.folder / "out"

    def start_sweep(self, *options, out=None):
        return self.start("sweep", self.study, "--out", out or self.out, *options)

    def sweep(self, *options, status=0, out=None):
        return self.program("sweep", self.study, "--out", out or self.out, *options, status=status)

    def run_file(self, name, ending=".h5", out=None):
        return (out or self.out) / "runs" / (name + ending)

    def complete_runs(self, out=None):
        return [name for name in RUNS if is_complete(self.run_file(name, out=out))]

    def states(self):
        with h5py.File(self.out / "study.h5") as file:
            return [row["state"].decode() for row in file["runs"]]

    def manifest(self, out=None):
        return deterministic_part((out or self.out) / "study.h5")
