"""A chain without learning: it ends when its blocks are final, holds no model, and verifies, whatever its consensus."""
import h5py

from support import ProgramTest, main

KINDS = ["proof_of_authority", "pbft", "raft", "proof_of_work"]

LOAD = """
schema = 1
name = "load"
seed = 3
[[institution]]
name = "hospital"
count = 4
[[chain]]
name = "ledger"
load = {{ blocks = 30, block_bytes = 2000, distribution = "bitcoin" }}
consensus = {{ kind = "{kind}", validators = 4, hosts = "{hosts}", block_interval_s = 5.0 }}
"""


class Load(ProgramTest):
    def write(self, kind, hosts="own"):
        self.scenario.write_text(LOAD.format(kind=kind, hosts=hosts))

    def test_every_protocol_finishes_its_blocks_and_the_chain_verifies(self):
        for kind in KINDS:
            self.write(kind)
            printed = self.program("run", self.scenario, "--out", self.result, "--force")
            self.assertIn("30 blocks final", printed)
            self.assertIn("verified", self.program("verify", self.result).lower())
            with h5py.File(self.result) as file:
                blocks = file["chains/ledger/blocks"][:]
                final = blocks[blocks["status"] == b"final"]
                self.assertEqual(list(final["height"]), list(range(1, 31)), kind)
                self.assertGreater(len(set(final["bytes"])), 20)
                self.assertGreater(file["chains/ledger"].attrs["wire_messages"], 30 * 3)
                self.assertNotIn("models", file)
                self.assertNotIn("baselines", file)

    def test_members_may_run_the_nodes(self):
        self.write("pbft", hosts="members")
        self.program("run", self.scenario, "--out", self.result)
        with h5py.File(self.result) as file:
            self.assertEqual(len(file["institutions"]), 4)

    def test_the_same_seed_gives_the_same_chain_and_another_seed_another_one(self):
        self.write("proof_of_work")
        fingerprints = []
        for seed in ["3", "3", "4"]:
            self.run_small("--seed", seed)
            fingerprints.append(self.fingerprint())
        self.assertEqual(fingerprints[0], fingerprints[1])
        self.assertNotEqual(fingerprints[0], fingerprints[2])

    def test_check_says_what_would_run_and_what_does_not_fit(self):
        self.write("pbft")
        self.assertIn("no learning", self.program("check", self.scenario))
        refused = self.program("check", self.scenario, "--set", "chain.0.consensus.max_block_bytes=2000", status=2)
        self.assertIn("load.block_bytes", refused)
        self.assertIn("max_block_bytes", refused)


if __name__ == "__main__":
    main()
