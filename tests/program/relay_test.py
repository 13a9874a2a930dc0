"""Chains that learn from one another: what travels changes nothing where it weighs nothing, and everything stays repeatable."""
import h5py
import numpy

from support import ProgramTest, main

TWO_CHAINS = """
schema = 1
name = "two"
seed = 3
baseline = { centralized = false, local = false, full_sharing = false }
[[institution]]
name = "rich"
count = 2
[[institution]]
name = "poor"
count = 2
[[institution]]
name = "carrier"
[[reference]]
name = "public"
data = { dataset = "phantom", phantom = { train_rows = 30, test_rows = 10, size_pixels = 12 } }
[[chain]]
name = "source"
members = ["rich"]
rounds = 3
initial = "common"
data = { dataset = "phantom", phantom = { train_rows = 80, test_rows = 30, size_pixels = 12 } }
model = { kind = "cnn", widths = [4, 4] }
[[chain]]
name = "target"
members = ["poor"]
rounds = 4
start_s = 12
initial = "common"
data = { dataset = "phantom", phantom = { train_rows = 60, test_rows = 30, size_pixels = 12 } }
model = { kind = "cnn", widths = [4, 4] }
"""
RELAY = """
[[chain.auxiliary]]
source = "source"
uses = ["warm_start", "anchor", "blend", "prototypes", "distill"]
weight = ["decay"]
prototype_min_rows = 1
reference = "public"
[[relay]]
from = "source"
to = "target"
relayers = ["carrier"]
"""


class Relay(ProgramTest):
    def run_text(self, text, *options):
        self.scenario.write_text(text)
        self.run_small(*options)

    def models(self, chain):
        with h5py.File(self.result) as file:
            group = file[f"/models/{chain}/global"]
            return {name: group[name][()] for name in group}

    def assert_same(self, left, right):
        self.assertEqual(sorted(left), sorted(right))
        for name in left:
            numpy.testing.assert_array_equal(left[name], right[name])

    def test_weight_0_leaves_every_model_as_it_is_without_a_relay(self):
        self.run_text(TWO_CHAINS)
        alone = {chain: self.models(chain) for chain in ("source", "target")}
        self.run_text(TWO_CHAINS + RELAY, "--set", "chain.1.auxiliary.0.scale=0")
        with h5py.File(self.result) as file:
            self.assertGreater(len(file["/chains/target/auxiliary"]), 0)
        for chain, model in alone.items():
            self.assert_same(self.models(chain), model)

    def test_the_source_does_not_notice_who_learns_from_it(self):
        self.run_text(TWO_CHAINS)
        source, target = self.models("source"), self.models("target")
        self.run_text(TWO_CHAINS + RELAY)
        self.assert_same(self.models("source"), source)
        self.assertTrue(any((self.models("target")[name] != target[name]).any() for name in target))

    def test_results_do_not_depend_on_threads_or_contexts(self):
        for weight in '["decay"]', '["fixed", "cka", "cosine"]':
            options = ["--set", f"chain.1.auxiliary.0.weight={weight}"]
            self.run_text(TWO_CHAINS + RELAY, *options, "--threads", "1")
            first = self.fingerprint()
            self.run_text(TWO_CHAINS + RELAY, *options, "--threads", "2", "--contexts", "thread")
            self.assertEqual(self.fingerprint(), first)

    def test_a_ledger_with_packets_verifies(self):
        self.run_text(TWO_CHAINS + RELAY, "--set", "record.ledger=full")
        self.assertIn("other chains", self.program("verify", self.result))

    def test_check_names_the_body_in_common(self):
        self.scenario.write_text(TWO_CHAINS + RELAY)
        self.assertIn("body in common: conv1.weight, conv1.bias, conv2.weight, conv2.bias", self.program("check", self.scenario))


main()
