"""Updates under masks: what a run's ledger proves, who drops out, and that nobody reads a single update."""
import h5py

from support import ProgramTest, main

MASKED = """
schema = 1
name = "masked"
seed = 5
[[institution]]
name = "hospital"
count = 6
[[chain]]
name = "scans"
rounds = 3
data.dataset = "phantom"
data.phantom = { train_rows = 120, test_rows = 40, size_pixels = 12 }
model = { kind = "logistic" }
consensus = { validators = 2, block_interval_s = 1.0 }
secure_aggregation = { enabled = true, threshold = 0.6, phase_s = 3.0 }
collaboration = { deadline_s = 30.0, min_updates = 4 }
"""
FULL = ["--set", "record.ledger=full"]
DROPOUT = "[[fault]]\nkind = 'crash'\ninstitutions = ['hospital-2', 'hospital-4']\nat_s = 2.5\n"


class SecureAggregation(ProgramTest):
    def run_text(self, text, *options, **keywords):
        self.scenario.write_text(text)
        return self.run_small(*options, **keywords)

    def test_the_ledger_alone_gives_the_models_again(self):
        self.run_text(MASKED, *FULL)
        self.program("verify", self.result)
        with h5py.File(self.result) as file:
            self.assertEqual({row["observers"] for row in file["egress"][:]}, {b"sum only"})
            self.assertEqual(list(file["/chains/scans/rounds"]["participants"]), [0, 6, 6, 6])

    def test_two_hospitals_that_crash_leave_a_sum_of_the_others_which_verifies(self):
        self.run_text(MASKED + DROPOUT, *FULL)
        self.program("verify", self.result)
        with h5py.File(self.result) as file:
            self.assertEqual(file["/chains/scans/rounds"]["participants"][-1], 4)

    def test_results_do_not_depend_on_threads(self):
        self.run_text(MASKED + DROPOUT, "--threads", "1")
        first = self.fingerprint()
        self.run_text(MASKED + DROPOUT, "--threads", "2")
        self.assertEqual(self.fingerprint(), first)

    def test_what_looks_at_single_updates_is_refused(self):
        top_k = MASKED + "[chain.sharing]\nsteps = ['top_k']\nfraction = 0.1\n"
        self.assertIn("top_k", self.run_text(top_k, status=2))
        krum = MASKED.replace("min_updates = 4", "min_updates = 4, defence = 'krum'")
        self.assertIn("krum", self.run_text(krum, status=2))


main()
