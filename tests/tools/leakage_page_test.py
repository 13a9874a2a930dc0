"""leakage_page_test.py TOOLS: what the page about leakage says of made-up studies, and of none."""
import math
import pathlib
import re
import sys
import tempfile
import types
import unittest

try:
    import h5py  # noqa: F401
    import matplotlib.image
    import numpy as np  # noqa: F401
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

TOOLS = pathlib.Path(sys.argv[1])
sys.dont_write_bytecode = True
sys.path[:0] = [str(TOOLS / "leakage_page"), str(TOOLS), str(pathlib.Path(__file__).parent)]
import evidence  # noqa: E402
import leakage_sample as sample  # noqa: E402
import page  # noqa: E402
import sections  # noqa: E402
import short  # noqa: E402
import words  # noqa: E402
from plotting.measures import Interval, cells_of, collected  # noqa: E402
from plotting.result import Run  # noqa: E402


class Words(unittest.TestCase):
    def test_numbers_have_intervals_and_are_bold_where_these_lie_above_zero(self):
        self.assertEqual(words.change(Interval(7.12, 5.0, 8.3, 60)), "**+7.1** [+5.0, +8.3]")
        self.assertEqual(words.change(Interval(0.5, -1.0, 2.0, 60)), "+0.5 [−1.0, +2.0]")
        self.assertEqual(words.change(Interval(-2.0, -3.0, -1.0, 60)), "−2.0 [−3.0, −1.0]")
        self.assertEqual(words.change(Interval(7.0, n=1)), "+7.0 (no interval)")
        self.assertEqual(words.change(Interval()), "–")
        self.assertEqual(words.rate(Interval(0.35, 0.23, 0.48, 60)), "35 % [23, 48]")
        self.assertEqual(words.rate(Interval(0.03, 0.004, 0.12, 60)), "3 % [0.4, 12]")
        self.assertEqual((words.percent(0.001), words.size(1.5e6)), ("0.1 %", "1.5 MB"))

    def test_intervals_end_where_the_number_can_be_no_more(self):
        self.assertEqual(Interval(0.9, 0.7, 1.1, 3).within(0, 1), Interval(0.9, 0.7, 1, 3))
        self.assertEqual(Interval(0.9, n=1).within(0, 1).n, 1)
        self.assertTrue(math.isnan(Interval(0.9, n=1).within(0, 1).high))

    def test_no_sentence_calls_a_failed_attack_safe(self):
        said = " ".join(path.read_text() for path in (TOOLS / "leakage_page").iterdir() if path.is_file())
        for sentence in re.findall(r"[^.]*\b(?:safe|secure|safety|protected)\b[^.]*\.", said.replace("\n", " ")):
            self.assertTrue("no sign of safety" in sentence or "never called safe" in sentence or "secure-aggregation" in sentence, sentence)


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        held = tempfile.TemporaryDirectory()
        cls.addClassCleanup(held.cleanup)
        cls.folder = pathlib.Path(held.name)
        sample.fraction_study(cls.folder / "results" / "fraction")
        cls.said = page.page(cls.folder / "results", cls.folder / "leakage.md")
        cls.study = evidence.study_of(cls.folder / "results" / "fraction")

    def test_the_smallest_share_that_leaks_follows_from_the_intervals(self):
        # Random masks lost their 10 dB at a tenth, where the best attack is 1 dB below the floor; top_k kept them.
        least = sections.least_leaking(self.study)
        self.assertRegex(least, r"\*\*random\*\*: images are reconstructed beyond the mean image with as little as 100 % published "
                         r"\(\*\*\+10\.0\*\* \[\+9\.\d, \+10\.\d\] dB; `inverting_gradients`, peer, round 1 \(T1\)\); they are identified with as "
                         r"little as 100 % published \(\*\*50 %\*\* \[35, 65\], by chance 0\.5 %; .*\)\. The smallest share that was tried is 10 %\.")
        self.assertRegex(least, r"\*\*top_k\*\*: images are reconstructed beyond the mean image with as little as 10 % published \(\*\*\+10\.0\*\*")

    def test_the_answer_in_short_is_computed_too(self):
        answers = short.short(self.study)
        self.assertRegex(answers["arms"], r"^beyond the mean image are `top_k` \(\+10\.0 dB; .*\) and `random` \(\+10\.0 dB; .*\)\.$|"
                         r"^beyond the mean image are `random` \(\+10\.0 dB; .*\) and `top_k` \(\+10\.0 dB; .*\)\.$")
        self.assertEqual(answers["labels"], "labels are told better than by chance with as little as 10 % (`random`) and 10 % (`top_k`) published.")
        self.assertEqual(answers["membership"], "no attack on membership was carried out.")
        for line in answers.values():
            self.assertNotIn("nan", line)

    def test_settings_that_let_nothing_through_are_named_as_not_shown(self):
        rows = [row for seed in (1, 2, 3) for row in sample.inversion(-5, seed, identified=1)]
        sample.write_run(self.folder / "failed.h5", inversion_rows=rows)
        run = Run(self.folder / "failed.h5", "failed")
        run.arm = "failed"
        cells = cells_of(collected([run], "inversion", "north"))
        said = short.arms_in_short(types.SimpleNamespace(cells=cells, unattacked={"masked": "1212 records"}))
        self.assertEqual(said, "no setting was shown to let more through than the mean image; not shown to be `failed`; of these `failed` lets "
                               "images be told from others all the same; no image was attacked of `masked`.")

    def test_where_every_attack_failed_the_verdict_says_no_more_than_that(self):
        self.assertRegex(sections.verdicts(self.study), r"\*\*random\*\*: Above the floor in 2 views, with 100 % published .* Attacks failed in 2 "
                         r"views, with 10 % published: what is known of the images is the floor, and stronger attacks are not excluded\.")

    def test_a_failed_attack_that_tells_images_apart_is_not_called_failed_alone(self):
        rows = [row for seed in (1, 2, 3) for row in sample.inversion(-5, seed, identified=1)]
        sample.write_run(self.folder / "told.h5", inversion_rows=rows)
        cells = cells_of(collected([Run(self.folder / "told.h5", "told")], "inversion", "north"))
        self.assertRegex(words.verdict("told", cells), r"Attacks failed in 1 view.* Yet in 1 of the latter 1 more images are identified than by "
                         r"chance \(up to 100 % \[83, 100\], by chance 0\.5 %\)\.")
        self.assertIn("as little as 100 %", sections.least_leaking(types.SimpleNamespace(cells=cells)))

    def test_tables_hold_the_rows_numbers(self):
        row = next(line for line in self.said.splitlines() if line.startswith("| random | 10 % | peer, round 1 (T1)"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        self.assertEqual(cells[3], "prior_assisted (2)")
        self.assertRegex(cells[4], r"^floor \(attack 16\.0 \[15\.\d, 16\.\d\]\)$")
        self.assertEqual((cells[5], cells[9:12]), ("17.0", ["0 % [0, 7]", "0.5 %", "60"]))
        self.assertRegex(cells[6], r"^−1\.0 \[")
        self.assertIn("| random | 100 % | 0.900 [0.900, 0.900] | 0.880 [0.880, 0.880] | 1 kB | 10 | – | 3 |", self.said)
        self.assertRegex(self.said, r"\| random \| 10 % \| peer \(T1\) \| row_sums \| \*\*\+0\.80\*\* \[\+0\.80, \+0\.80\] \| 12 \|")
        self.assertIn("| `fraction` | 12 of 12 | 3 | 12.0 min |", self.said)

    def test_all_label_attacks_are_listed_the_best_first(self):
        skills = {("a", 1.0, "peer", "T1", attack): Interval(value, n=n)
                  for attack, value, n in (("few", 0.5, 1), ("best", 0.8, 9), ("unknown", math.nan, 0))}
        rows = sections.label_rows(types.SimpleNamespace(skills=skills))
        self.assertEqual([(row[3], row[5]) for row in rows], [("best", "9"), ("few", "1"), ("unknown", "0")])

    def test_settings_of_attacks_are_those_of_the_runs(self):
        self.assertEqual(sections.settings(self.study), "Attacks on images had 250 iterations, 1 attempt and a weight of smoothness of 0.1.")

    def test_other_scores_stand_beside_what_needs_no_attack(self):
        row = next(row for row in map(sections.score_row, self.study.cells) if row[0] == "random" and row[1] == "100 %")
        self.assertEqual((row[4], row[6], row[8:]), ("0.70 [0.70, 0.70]", "0 % [0, 7]", ["8.0", "17.0", "17.5", "13.0", "23.0"]))

    def test_pictures_are_there_and_the_page_shows_them(self):
        shown = re.findall(r"!\[[^]]*\]\(([^)]+)\)", self.said)
        self.assertGreaterEqual(len(shown), 4)
        for path in shown:
            self.assertGreater(matplotlib.image.imread(self.folder / path).shape[1], 600)

    def test_studies_that_were_not_carried_out_are_said_to_be_missing(self):
        self.assertIn("| `dp` | not carried out |  |  |", self.said)
        self.assertEqual(self.said.count("*The study `dp` was not carried out yet.*"), 1)
        self.assertNotIn("{{", self.said)


class Membership(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def study(self, **keywords):
        sample.write_study(self.folder, [("none", seed, {"membership_rows": [sample.membership(0.6 + seed / 100, **keywords)], "galleries": ()})
                                         for seed in (1, 2, 3)])
        return evidence.study_of(self.folder)

    def test_figures_are_means_over_seeds_and_what_was_not_measured_is_not_there(self):
        study = self.study()
        row, = sections.membership_rows(study)
        # 0.61, 0.62, 0.63: a deviation of 0.01, and t(0.975, 2) = 4.303
        half = 4.303 * 0.01 / math.sqrt(3)
        self.assertEqual(row[5], f"0.620 [{0.62 - half:.3f}, {0.62 + half:.3f}]")
        self.assertEqual((row[8], row[10], row[11], row[13]), ("n/a", "100", "3", "not comparable"))
        self.assertIn("No row can be compared", sections.violations(study))

    def test_more_than_the_accountant_allows_is_an_error_of_ours(self):
        self.assertIn("**Error of ours**: none, model, `loss` of chain: 3 of 3 rows", sections.violations(self.study(comparable=1, allowed=0.1)))

    def test_what_is_allowed_is_no_error(self):
        self.assertIn("Of 3 rows that can be compared with an epsilon, none leaks more",
                      sections.violations(self.study(comparable=1, allowed=3.0)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
