"""Noise on updates: what each spends of its author's privacy, what the file claims, and what is refused."""
import math

import h5py
import numpy

from support import ProgramTest, main

DELTA = 1e-5


def settings(*words):
    return [word for setting in words for word in ("--set", setting)]


NOISE = settings('chain.0.sharing.steps=["clip_norm", "noise", "top_k"]', "chain.0.sharing.clip_norm=0.5",
                 "chain.0.privacy.accountant=pld")
GIVEN = NOISE + settings("chain.0.sharing.noise_multiplier=2")
BUDGET = NOISE + settings("chain.0.privacy.epsilon=6")


def gaussian_delta(epsilon, noise):
    """Balle and Wang 2018, theorem 8."""
    def normal(x):
        return 0.5 * math.erfc(-x / math.sqrt(2))
    return normal(0.5 / noise - epsilon * noise) - math.exp(epsilon) * normal(-0.5 / noise - epsilon * noise)


def gaussian_epsilon(noise):
    low, high = 0.0, 100.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if gaussian_delta(middle, noise) > DELTA else (low, middle)
    return high


class Privacy(ProgramTest):
    def spent(self, file, chain, institution):
        rows = file["/egress"][:]
        return list(rows["epsilon"][(rows["chain"] == chain) & (rows["institution"] == institution)])

    def claims(self, file):
        lines = file["/privacy/scans"].asstr()[()].splitlines()
        return dict(line.split(": ", 1) for line in lines)

    def test_every_update_spends_what_the_exact_gaussian_mechanism_says(self):
        self.run_small(*GIVEN)
        with h5py.File(self.result) as file:
            expected = [gaussian_epsilon(2 / math.sqrt(updates)) for updates in (1, 2, 3, 4)]
            for institution in (0, 1, 2):
                numpy.testing.assert_allclose(self.spent(file, b"scans", institution), expected, rtol=1e-9)
                self.assertTrue(all(map(math.isnan, self.spent(file, b"second", institution))))
            claims = self.claims(file)
            self.assertNotIn("second", file["/privacy"])
        self.assertAlmostEqual(float(claims["epsilon"]), expected[-1], places=4)
        self.assertEqual([claims[name] for name in ("unit", "adjacency", "sampling", "accountant", "steps", "noise_multiplier")],
                         ["institution", "zero-out", "none", "pld", "4", "2"])

    def test_noise_is_the_same_on_every_run_and_any_number_of_threads(self):
        self.run_small(*GIVEN, "--threads", 1)
        first = self.fingerprint()
        self.run_small(*GIVEN, "--threads", 3)
        self.assertEqual(self.fingerprint(), first)

    def test_a_budget_is_kept_and_its_ledger_verifies(self):
        self.assertIn("privacy of hospital-0: epsilon 6 at delta 1e-05 (pld) per institution", self.program("check", self.scenario, *BUDGET))
        self.run_small(*BUDGET, "--set", "record.ledger=full")
        with h5py.File(self.result) as file:
            last = self.spent(file, b"scans", 0)[-1]
            noise = float(self.claims(file)["noise_multiplier"])
        self.assertLessEqual(last, 6.0)
        self.assertGreater(last, 5.99)
        self.assertAlmostEqual(last, gaussian_epsilon(noise / 2), places=3)  # four updates
        self.program("verify", self.result)

    def test_records_are_protected_by_noise_in_the_steps(self):
        output = self.program("check", self.scenario, *settings("chain.0.training.sample_clip_norm=1", "chain.0.training.noise_multiplier=1.5"))
        self.assertIn("(rdp, improved) per record, add/remove, sampling poisson, noise multiplier 1.5", output)

    def test_what_would_not_be_private_is_refused(self):
        wrong = settings('chain.0.sharing.steps=["clip_norm", "top_k", "noise"]', "chain.0.sharing.clip_norm=0.5",
                         "chain.0.sharing.noise_multiplier=2")
        self.assertIn("is not private: the indices that it chose leak", self.program("check", self.scenario, *wrong, status=2))
        unread = settings("chain.0.privacy.epsilon=2")
        self.assertIn("there is no noise to account for", self.program("check", self.scenario, *unread, status=2))

    def test_accountants_are_listed(self):
        self.assertIn("pld", self.program("list", "accountants"))


main()
