"""The same scenario and seed give bit-identical results, whatever the threads and context switches."""
from support import ProgramTest, main


class Determinism(ProgramTest):
    def fingerprint_of(self, *options):
        self.run_small(*options)
        return self.fingerprint()

    def test_results_do_not_depend_on_threads_contexts_or_the_run(self):
        first = self.fingerprint_of("--threads", "1")
        self.assertEqual(self.fingerprint_of("--threads", "1"), first)
        self.assertEqual(self.fingerprint_of("--threads", "2"), first)
        self.assertEqual(self.fingerprint_of("--threads", "2", "--contexts", "thread"), first)

    def test_another_seed_gives_another_result(self):
        self.assertNotEqual(self.fingerprint_of("--seed", "8"), self.fingerprint_of())

    def test_every_algorithm_is_deterministic(self):
        for change in ("chain.0.collaboration.algorithm=scaffold", "chain.0.collaboration.server=adam",
                       "chain.0.collaboration.sampling=cyclic", "chain.0.collaboration.participants=2",
                       "chain.0.model.norm=batch", "chain.0.training.augment.shift_pixels=1.5",
                       "chain.1.model.widths=[600]"):
            options = ["--set", change]
            if "scaffold" in change:
                options += ["--set", "chain.0.training.momentum=0"]
            if "norm" in change:
                options += ["--set", "chain.0.sharing.buffers=share"]
            with self.subTest(change):
                self.assertEqual(self.fingerprint_of(*options, "--threads", "1"), self.fingerprint_of(*options))


main()
