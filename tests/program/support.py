"""Runs the program on small scenarios; every test script gets the program's path as its first argument."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py

PROGRAM = sys.argv[1]

SMALL = """
schema = 1
name = "small"
seed = 7
[[institution]]
name = "hospital"
count = 3
[[chain]]
name = "scans"
rounds = 4
data.dataset = "phantom"
data.phantom = { train_rows = 150, test_rows = 60, size_pixels = 12 }
model = { kind = "cnn", widths = [4, 4] }
training = { lr = 0.05, batch_size = 10 }
sharing = { steps = ["top_k"], fraction = 0.2, residual = true }
consensus = { validators = 3, block_interval_s = 1.0 }
[[chain]]
name = "second"
rounds = 3
data.dataset = "phantom"
data.phantom = { train_rows = 120, test_rows = 50, size_pixels = 12, classes = 3 }
partition = { scanner = { gain = 0.2, noise = 0.02 } }
model = { kind = "mlp", widths = [8] }
sharing = { steps = ["layers"], private = ["head.*"] }
consensus = { validators = 2, payload = "off_chain" }
"""


class ProgramTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.scenario = self.folder / "small.toml"
        self.scenario.write_text(SMALL)
        self.result = self.folder / "small.h5"

    def start(self, *arguments):
        return subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=self.folder, text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def program(self, *arguments, status=0):
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=200)
        self.assertEqual(process.returncode, status, f"{arguments}\n{output}\n{errors}")
        return output + errors

    def run_small(self, *options, **keywords):
        return self.program("run", self.scenario, "--out", self.result, "--force", "--quiet", *options, **keywords)

    def fingerprint(self):
        with h5py.File(self.result) as file:
            return file.attrs["fingerprint"]


def main():
    unittest.main(argv=sys.argv[:1], verbosity=2)
