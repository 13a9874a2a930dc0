"""leakage_plot_test.py PLOT: what tools/plot.py draws of /leakage in made-up results, and by which numbers."""
import math
import pathlib
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

try:
    import h5py
    import matplotlib.image
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

PLOT = sys.argv[1]
sys.dont_write_bytecode = True
sys.path[:0] = [str(pathlib.Path(PLOT).parent), str(pathlib.Path(__file__).parent)]
import leakage_sample as sample  # noqa: E402
from plotting import epsilon, leakage, measures, membership, reconstructions  # noqa: E402
from plotting.result import Run, arm_of, runs_of_study, set_arms  # noqa: E402


class Folder(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def run_of(self, name="a", **keywords):
        path = self.folder / f"{name}.h5"
        sample.write_run(path, **keywords)
        return Run(path, name)

    def study(self):
        sample.fraction_study(self.folder / "study")
        return runs_of_study(self.folder / "study")

    def cells(self, runs):
        return measures.cells_of(measures.collected(runs, "inversion", "north"))


class Intervals(Folder):
    def test_success_rates_are_clopper_and_pearson_s(self):
        # Their defining equations, solved in closed form at the ends; 5 of 10: R's binom.test(5, 10).
        none, all_, half = (measures.clopper_pearson(k, 10) for k in (0, 10, 5))
        self.assertEqual((none.low, all_.high), (0, 1))
        self.assertAlmostEqual(none.high, 1 - 0.025 ** 0.1, places=9)
        self.assertAlmostEqual(all_.low, 0.025 ** 0.1, places=9)
        self.assertAlmostEqual(half.low, 0.1870860, places=6)
        self.assertAlmostEqual(half.high, 0.8129140, places=6)

    def test_medians_are_resampled_by_seeds_and_victims(self):
        kind = [("seed", "i8"), ("institution", "i8")]
        rows = np.array([(seed, victim) for seed in (1, 2) for victim in range(20)], dtype=kind)
        alike = measures.bootstrap(np.tile(np.arange(20.0), 2), rows)
        apart = measures.bootstrap(np.repeat([0.0, 10.0], 20), rows)
        self.assertEqual(alike.value, 9.5)
        self.assertTrue(3 < alike.low < 9.5 < alike.high < 16)
        self.assertEqual((apart.low, apart.high), (0, 10))  # with two seeds of two minds, either may be the truth
        self.assertEqual(alike, measures.bootstrap(np.tile(np.arange(20.0), 2), rows))

    def test_images_behind_one_update_count_as_one_trial(self):
        rows = sample.inversion(5, identified=1)
        for row in rows:
            row["institution"] = -1  # sums of all twenty, seen in ten seeds
        cell, = self.cells([self.run_of(f"run{seed}", seed=seed, inversion_rows=rows) for seed in range(10)])
        self.assertEqual((cell.identified.value, cell.identified.n), (1, 200))
        self.assertAlmostEqual(cell.identified.low, 0.025 ** 0.1, places=9)

    def test_where_nothing_was_wrong_skill_is_bounded_by_the_number_of_trials(self):
        rows = np.array([(1, victim) for victim in range(10)], dtype=[("seed", "i8"), ("institution", "i8")])
        found = measures.mean_skill(np.zeros(10), np.full(10, 0.5), rows)
        self.assertAlmostEqual(found.low, 1 - (1 - 0.025 ** 0.1) / 0.5, places=9)
        self.assertTrue(math.isnan(measures.mean_skill(np.zeros(5), np.full(5, 0.5), rows[:5]).low))

    def test_images_of_one_victim_of_one_seed_have_no_interval(self):
        rows = np.array([(1, 3), (1, 3)], dtype=[("seed", "i8"), ("institution", "i8")])
        found = measures.bootstrap(np.array([1.0, 3.0]), rows)
        self.assertEqual((found.value, found.n), (2, 2))
        self.assertTrue(math.isnan(found.low))


class Cells(Folder):
    def test_the_strongest_attack_counts_as_a_whole(self):
        rows = sample.inversion(5) + sample.inversion(9, attack="prior_assisted")
        cell, = self.cells([self.run_of(inversion_rows=rows)])
        self.assertEqual(cell.best, "prior_assisted")
        self.assertAlmostEqual(cell.psnr_db.value, 26)
        self.assertAlmostEqual(cell.gain_db.value, 9)
        self.assertAlmostEqual(cell.class_gain_db.value, 8.5)
        self.assertEqual((cell.floor_db, cell.oracle_gain_db, cell.level), (17, 6, 0.975))
        self.assertEqual(cell.verdict, "above the floor")
        self.assertEqual(cell.identified.value, 0.5)
        self.assertAlmostEqual(cell.chance, 0.005)
        self.assertTrue(cell.identifies)

    def test_chance_of_identification_is_that_of_picking_an_image_of_the_class(self):
        run = self.run_of(inversion_rows=sample.inversion(-5, identified=0))
        chances = run.identification_chance("north")
        self.assertEqual((chances[0], chances[19]), (1 / 200, 1 / 200))
        self.assertAlmostEqual(chances[20], (180 / 200 + 100 / 100) / 280)
        self.assertAlmostEqual(chances[-1], 2 / 300)  # of 300 images in two classes
        cell, = self.cells([run])
        self.assertFalse(cell.identifies)

    def test_a_failed_attack_is_reported_as_the_floor(self):
        cell, = self.cells([self.run_of(inversion_rows=sample.inversion(-5))])
        self.assertTrue(cell.is_floor)
        self.assertEqual(cell.verdict, "at the floor: these attacks failed")
        self.assertEqual((measures.gain_shown(cell).value, measures.gain_shown(cell).low), (0, cell.gain_db.low))
        near, = self.cells([self.run_of(inversion_rows=sample.inversion(0.05))])
        self.assertEqual(near.verdict, "not told apart from the floor")

    def test_success_is_counted_at_fixed_thresholds(self):
        cell, = self.cells([self.run_of(inversion_rows=sample.inversion(3, ssim=0.55))])
        self.assertEqual(cell.rate("PSNR > 20 dB").value, 0.5)  # 17 + 3 +- 2
        self.assertEqual(cell.rate(leakage.SUCCESS).value, 0)
        self.assertEqual(cell.rate("mse < 1e-3").value, 0)

    def test_arms_are_points_without_the_fraction(self):
        self.assertEqual(arm_of("top_k_fraction=0.1"), "top_k")
        self.assertEqual(arm_of("fraction=1"), "")
        self.assertEqual(arm_of("dp_fraction=0.1_epsilon=3"), "dp_epsilon=3")
        self.assertEqual(arm_of("download_fraction=0.5"), "download_fraction=0.5")
        self.assertEqual(measures.family("layers random 0.1 float16"), "layers random float16")
        self.assertEqual(measures.family("top_k 1e-05"), "top_k")

    def test_files_of_one_scenario_and_several_seeds_are_one_arm(self):
        runs = [self.run_of("a"), self.run_of("b", seed=2)]
        set_arms(runs)
        self.assertEqual([run.arm for run in runs], ["", ""])
        runs[1].scenario += "epochs = 3\n"
        set_arms(runs)
        self.assertEqual([run.arm for run in runs], ["a", "b"])


class Figures(Folder):
    def test_lines_over_fractions_are_those_of_the_rows(self):
        cells = self.cells(self.study())
        self.assertEqual(leakage.line_names(cells), ["random", "top_k"])
        self.assertTrue(leakage.varied_fractions(cells))
        first = leakage.panels_of(cells)["peer", "T1", 1]
        drawn = {(measures.line_name(cell.place), cell.place.fraction): (round(measures.gain_shown(cell).value, 6), cell.psnr_db.n)
                 for cell in first}
        # The prior-assisted attack, 1 dB below the floor, is the better one where the other lost 5.
        self.assertEqual(drawn, {("random", 1): (10, 60), ("random", 0.1): (0, 60), ("top_k", 1): (10, 60), ("top_k", 0.1): (10, 60)})
        self.assertEqual([cell.best for cell in first if cell.is_floor], ["prior_assisted"])

    def test_trade_offs_take_the_worst_view_of_each_arm(self):
        runs = self.study()
        found = leakage.trade_offs(runs, self.cells(runs), "north", "test_auc")
        of = {(name, fraction): (round(cell.gain_db.value, 6), score.value, score.n) for name, fraction, cell, score in found}
        self.assertEqual({key: (gain, n) for key, (gain, _, n) in of.items()},
                         {("random", 1): (10, 3), ("random", 0.1): (-1, 3), ("top_k", 1): (10, 3), ("top_k", 0.1): (10, 3)})
        self.assertAlmostEqual(of["random", 0.1][1], 0.8)

    def test_the_front_leaves_out_what_others_beat(self):
        self.assertEqual(leakage.pareto([(0, 0.8), (10, 0.9), (10, 0.8), (3, 0.85), (4, 0.84), (0, 0.8)]), [0, 1, 3, 5])

    def test_labels_of_neighbours_stand_above_one_another(self):
        self.assertEqual(leakage.label_levels([0, 1, 2, 4, 10], 3), [0, 1, 2, 0, 0])

    def test_epsilon_is_what_the_members_spent(self):
        runs = [self.run_of("a", auc=0.9), self.run_of("b", epsilon=8.0, auc=0.8), self.run_of("c", epsilon=3.0, auc=0.7)]
        runs[0].arm, runs[1].arm, runs[2].arm = "none", "loose", "strict"
        arms = epsilon.by_epsilon(runs, "north")
        self.assertEqual([(spent, own[0].arm) for spent, own in arms[:2]], [(3.0, "strict"), (8.0, "loose")])
        self.assertTrue(math.isnan(arms[2][0]))
        self.assertEqual([named[""].value for named in epsilon.scores(arms, "north", "test_auc")], [0.7, 0.8, 0.9])

    def test_every_attack_of_the_last_round_is_shown(self):
        rows = [sample.membership(0.6), {**sample.membership(0.7), "attack": "rmia"}, {**sample.membership(0.9), "round": 1},
                {**sample.membership(0.8), "target": "updates"}]
        runs = [self.run_of("a", epsilon=3.0, membership_rows=rows)]
        named, = membership.membership_of([runs], measures.collected(runs, "membership", "north"), "model")
        self.assertEqual({attack: round(found.value, 6) for attack, found in named.items()}, {"loss": 0.6, "rmia": 0.7})

    def test_label_skills_are_means_over_updates(self):
        rows = measures.collected(self.study(), "labels", "north")
        found = leakage.label_skills(rows)
        (fraction, skill), (_, _) = found["random", "peer", "row_sums"]
        self.assertEqual((fraction, skill.n), (0.1, 12))
        self.assertAlmostEqual(skill.value, 0.8)

    def test_skill_compares_mean_errors(self):
        # Errors 0 and 1 where chance errs by 0.2 and 0.8: as wrong as chance. The mean of both rows' own skills, 1 and -0.25, would be 0.375.
        rows = np.array([(1, 0), (1, 1)], dtype=[("seed", "i8"), ("institution", "i8")])
        self.assertAlmostEqual(measures.mean_skill(np.array([0.0, 1.0]), np.array([0.2, 0.8]), rows).value, 0)
        self.assertEqual(measures.mean_skill(np.array([np.nan, 0.0]), np.array([0.2, 0.8]), rows).n, 1)

    def test_curves_belong_to_their_rows(self):
        run = self.run_of(membership_rows=[sample.membership(0.6), {**sample.membership(0.7), "attack": "rmia"}])
        (key, row, points), (other, _, _) = membership.curves([run], "north")
        self.assertEqual((key[4], other[4], float(row["auc"]), len(points)), ("loss", "rmia", 0.6, 101))
        self.assertTrue((np.diff(points["fpr"]) >= 0).all())

    def test_no_panel_cuts_off_the_small_rates_of_another(self):
        rows = [{**sample.membership(0.6), "non_members": 20000}, {**sample.membership(0.7), "target": "updates", "non_members": 50}]
        limits = []
        with unittest.mock.patch.object(membership, "save", lambda figure, *_: limits.extend(axes.get_ylim()[0] for axes in figure.axes)):
            membership.plot_roc([self.run_of(membership_rows=rows)], "north", self.folder)
        self.assertEqual(limits[:2], [1 / 20000] * 2)

    def test_captions_are_the_psnr_of_the_images(self):
        run = self.run_of(inversion_rows=sample.inversion(5))
        originals, images = run.galleries("north")["inverting_gradients-peer-round-1"]
        original, attack, mean = reconstructions.image_rows(originals, [("attack", images)], run.mean_image("north"))
        self.assertEqual(attack[2], ["20.0 dB"] * reconstructions.MOST_IMAGES)  # 0.1 off in every pixel
        self.assertEqual((len(original[1]), mean[0]), (reconstructions.MOST_IMAGES, "mean image\n(no attack)"))
        self.assertEqual(reconstructions.psnr_db(originals[0], originals[0]), 100)


class Pictures(Folder):
    def plot(self, *paths):
        done = subprocess.run([sys.executable, "-B", PLOT, *paths, "--out", self.folder / "out"], capture_output=True, text=True)
        return done, {path.name: matplotlib.image.imread(path) for path in (self.folder / "out").glob("*.png")}

    def check(self, drawn, names):
        self.assertEqual(names - set(drawn), set())
        for name in names:
            self.assertGreaterEqual(drawn[name].shape[1], 1200, name)
            self.assertGreater((drawn[name][..., :3].min(axis=2) < 0.9).mean(), 0.01, f"{name} is nearly empty")

    def test_a_study_s_folder(self):
        sample.fraction_study(self.folder / "study")
        done, drawn = self.plot(self.folder / "study")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.check(drawn, {f"north-{name}.png" for name in ("leakage-fraction", "leakage-accuracy", "leakage-labels", "roc",
                                                            "reconstructions-random-peer-round-1")})
        self.assertNotIn("north-epsilon.png", drawn)

    def test_one_run_with_noise(self):
        self.run_of(inversion_rows=sample.inversion(5), epsilon=8.0, label_rows=sample.labels(0.5))
        done, drawn = self.plot(self.folder / "a.h5")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.check(drawn, {f"north-{name}.png" for name in ("leakage-arms", "leakage-accuracy", "leakage-labels", "epsilon",
                                                            "reconstructions-peer-round-1")})

    def test_a_run_whose_attacks_were_all_skipped(self):
        self.run_of(galleries=(), skipped=[{"chain": "north", "attack": "dlg", "reason": "900 records"}])
        done, drawn = self.plot(self.folder / "a.h5")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertFalse([name for name in drawn if "leakage" in name or "reconstructions" in name])

    def test_a_folder_that_holds_no_study(self):
        done, _ = self.plot(self.folder)
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1), done.stderr)
        with h5py.File(self.folder / "study.h5", "w") as file:
            file.attrs["format"] = "other"
        done, _ = self.plot(self.folder)
        self.assertIn("not the manifest of a study", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
