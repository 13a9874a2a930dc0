"""Runs in which much goes wrong: what is drawn repeats, and a run that cannot go on says so and leaves a file that opens."""
import h5py

from support import ProgramTest, main

FAULTS = """
schema = 1
name = "faults"
seed = 5
[network]
patience_s = 300.0
[[institution]]
name = "hospital"
count = 4
flops_per_s = 1e7
[[chain]]
name = "scans"
rounds = 6
data.dataset = "phantom"
data.phantom = { train_rows = 120, test_rows = 40, size_pixels = 12 }
model = { kind = "mlp", widths = [4] }
training.batch_size = 10
consensus = { kind = "pbft", validators = 4, block_interval_s = 2.0 }
[baseline]
centralized = false
local = false
full_sharing = false
"""

DRAWN = """
[[fault]]
kind = "churn"
institutions = ["hospital"]
on_s = 8.0
off_s = 4.0
[[fault]]
kind = "crash"
validators = [0, 1, 2, 3]
draws = 2
within_s = 20.0
for_s = 5.0
[[fault]]
kind = "loss"
probability = 0.1
"""

QUORUM_GONE = """
[[fault]]
kind = "crash"
validators = [2, 3]
at_s = 5.0
"""


class Faults(ProgramTest):
    def table(self, name):
        with h5py.File(self.result) as file:
            return file[name][:]

    def check_updates(self):
        summary = self.table("chains/scans/summary")[0]
        self.assertEqual(summary["updates_published"], len(self.table("egress")))
        self.assertEqual(summary["updates_published"], summary["updates_included"] + summary["updates_expired"])

    def run_drawn(self, *options):
        self.run_small(*options)
        self.check_updates()
        return self.fingerprint(), list(self.table("events")["sim_time_s"])

    def test_what_is_drawn_is_the_same_again_whatever_the_threads_and_another_with_another_seed(self):
        self.scenario.write_text(FAULTS + DRAWN)
        fingerprint, dates = self.run_drawn("--threads", "1")
        kinds = set(self.table("events")["kind"])
        self.assertLessEqual({b"churn begins", b"churn ends", b"crash begins", b"crash ends", b"loss begins"}, kinds)
        self.assertEqual(self.run_drawn("--threads", "2", "--contexts", "thread"), (fingerprint, dates))
        self.assertNotEqual(self.run_drawn("--seed", "6")[1], dates)
        self.assertIn("verified", self.program("verify", self.result).lower())

    def test_a_chain_whose_quorum_is_gone_fails_with_its_evidence(self):
        for load in ("", "load = { blocks = 100, block_bytes = 500.0 }\n"):
            with self.subTest(load or "learning"):
                self.scenario.write_text(FAULTS.replace("rounds = 6\n", "rounds = 6\n" + load) + QUORUM_GONE)
                printed = self.run_small(status=1)
                self.assertIn("chain scans has stalled", printed)
                with h5py.File(self.result) as file:
                    self.assertEqual(file.attrs["complete"], 0)
                self.assertEqual(list(self.table("events")["kind"]).count(b"stalled"), 1)
                self.assertGreater(len(self.table("chains/scans/blocks")), 0)
                self.assertEqual(len(self.table("chains/scans/summary")), 1)
                if not load:
                    self.check_updates()
                self.assertIn("scans", self.program("show", self.result))


main()
