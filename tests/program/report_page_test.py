"""Reports of a run and of a study, read in a real browser: figures, legend, keys, downloads, themes."""
import csv
import io
import json
import re
import sys

import support
from browser import CHROMIUM, Browser
from sweeping import SweepTest

DRAWN = "[...document.querySelectorAll('.drawing')].every((drawing) => drawing.querySelector('.main-svg'))"
DRAWING = "document.querySelector('#convergence-scans .drawing')"
ANSWER = "document.querySelector('.answer').textContent"


def data_of(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page.read_text(), re.DOTALL)[1])


class ReportTest(SweepTest):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        super().setUp()
        self.page = self.folder / "report.html"
        self.browser.problems.clear()
        self.browser.requests.clear()

    def opened(self, source, width=1400, height=900):
        self.program("report", source, "--out", self.page)
        self.browser.resize(width, height)
        self.browser.open(self.page)
        self.browser.wait_for("window.Plotly")

    def draw_all(self):
        height = self.browser.evaluate("document.documentElement.scrollHeight")
        for top in range(0, height, 500):
            self.browser.evaluate(f"scrollTo({{top: {top}, behavior: 'instant'}}); new Promise(requestAnimationFrame)")
        self.browser.wait_for(DRAWN)

    def test_study(self):
        self.sweep()
        self.opened(self.out)
        self.draw_all()
        self.assertEqual(self.browser.problems, [])
        self.assertEqual([url for url in self.browser.requests if not url.startswith(("file:", "data:", "blob:"))], [])
        self.assertRegex(self.browser.evaluate(ANSWER),
                         r"With fraction=\S+, the best of 2 points, collaboration ends at test AUC 0\.\d{3}\s±")
        self.check_bands()
        self.check_legend()
        self.check_choices()
        self.check_table()
        self.check_theme()
        self.check_downloads()
        self.check_paper()

    def check_bands(self):
        """One at a time, of the series that is looked at, until all are asked for."""
        banded = DRAWING + ".data.filter((trace) => trace.fill === 'tonexty').map((trace) => trace.meta.series)"
        self.assertEqual(self.browser.evaluate(banded), [0])
        self.browser.evaluate("document.querySelectorAll('#convergence-scans .legend button')[1].focus()")
        self.assertEqual(self.browser.evaluate(banded), [1])
        self.browser.evaluate("document.querySelector('#convergence-scans .controls > button').click()")
        self.assertGreaterEqual(len(self.browser.evaluate(banded)), 4)  # two points and two baselines, or more

    def check_legend(self):
        visible = DRAWING + ".data.filter((trace) => trace.meta.series === 0).every((trace) => trace.visible === true)"
        button = "document.querySelector('#convergence-scans .legend button')"
        self.assertTrue(self.browser.evaluate(visible))
        self.browser.evaluate(button + ".click()")
        self.browser.wait_for(f"!({visible})")
        self.assertEqual(self.browser.evaluate(button + ".getAttribute('aria-pressed')"), "false")
        self.browser.evaluate(button + ".click()")
        self.browser.wait_for(visible)

    def check_choices(self):
        title = DRAWING + ".layout.yaxis.title.text"
        self.assertEqual(self.browser.evaluate(title), "test AUC")
        self.browser.evaluate("document.querySelectorAll('#convergence-scans .choices button')[2].click()")
        self.assertEqual(self.browser.evaluate(title), "test loss")

    def check_table(self):
        column = "[...document.querySelectorAll('#table-runs tbody tr')].map((row) => row.cells[0].textContent)"
        before = self.browser.evaluate(column)
        self.browser.evaluate("document.querySelector('#table-runs th button').click()")
        self.assertEqual(self.browser.evaluate(column), sorted(before))
        self.browser.evaluate("document.querySelector('#table-runs th button').click()")
        self.assertEqual(self.browser.evaluate(column), sorted(before, reverse=True))

    def check_theme(self):
        colours = f"[getComputedStyle(document.body).backgroundColor, {DRAWING}.layout.paper_bgcolor]"
        before = self.browser.evaluate(colours)
        self.browser.evaluate("document.getElementById('theme').click()")
        after = self.browser.evaluate(colours)
        self.assertNotEqual(before[0], after[0])
        self.assertNotEqual(before[1], after[1])

    def downloaded(self, label):
        """What a button of the first figure's first panel saves."""
        tools = "[...document.querySelectorAll('#convergence-scans .panel:first-child .tools button')]"
        return self.browser.download(self.folder, f"{tools}.find((button) => button.textContent === '{label}').click()")

    def check_downloads(self):
        self.browser.evaluate("document.querySelectorAll('#convergence-scans .choices button')[0].click()")
        file = self.downloaded("CSV")
        self.assertEqual(file.name, "fractions-convergence-scans-rounds-auc.csv")
        rows = list(csv.reader(io.StringIO(file.read_text())))
        figure = next(figure for figure in data_of(self.page)["figures"] if figure["id"] == "convergence-scans")
        self.assertEqual(rows[0], ["series", "round", "test AUC", "95 % CI low", "95 % CI high"])
        expected = [[figure["series"][i][0], *map(float, values)] for i, series in enumerate(figure["panels"][0]["data"][0])
                    for values in zip(*series)]
        self.assertEqual([[name, *map(float, values)] for name, *values in rows[1:]], expected)
        self.assertIn("centralized", self.downloaded("SVG").read_text())  # its legend
        self.assertEqual(self.downloaded("PNG").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")  # RFC 2083

    def check_paper(self):
        """Every figure is drawn, and no table is wider than the sheet."""
        self.browser.evaluate("dispatchEvent(new Event('beforeprint'))")
        self.browser.call("Emulation.setEmulatedMedia", media="print")
        self.browser.wait_for(DRAWN)
        sticks_out = "[...document.querySelectorAll('.scroll')].filter((box) => box.scrollWidth > box.clientWidth).length"
        self.assertEqual(self.browser.evaluate(sticks_out), 0)
        self.browser.call("Emulation.setEmulatedMedia", media="")
        self.browser.evaluate("dispatchEvent(new Event('afterprint'))")

    def test_study_that_is_not_complete(self):
        self.sweep()
        self.run_file("fraction=0.1_seed=2").unlink()
        self.opened(self.out)
        self.assertIn("1 of 4 runs are not complete", self.browser.evaluate("document.querySelector('.note').textContent"))
        self.draw_all()
        self.assertEqual(self.browser.problems, [])
        for file in self.out.glob("runs/*.h5"):
            file.unlink()
        other = self.folder / "other.html"
        self.assertIn("no run of the study is complete", self.program("report", self.out, "--out", other, status=1))
        self.assertFalse(other.exists())

    def test_run_on_a_phone(self):
        self.run_small()
        self.opened(self.result, width=360, height=740)
        self.draw_all()
        self.assertEqual(self.browser.problems, [])
        sticks_out = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        self.assertFalse(self.browser.evaluate(sticks_out))
        scroll = "document.querySelector('#table-figures .scroll')"
        name = f"{scroll}.querySelector('td').getBoundingClientRect().left"
        before = self.browser.evaluate(name)
        self.assertGreater(self.browser.evaluate(f"{scroll}.scrollLeft = 150"), 0)
        self.assertEqual(self.browser.evaluate(name), before)
        self.assertIn("It publishes", self.browser.evaluate(ANSWER))

    def test_keys(self):
        self.run_small()
        self.opened(self.result)
        self.draw_all()
        range_of = DRAWING + ".layout.xaxis.range"
        press = DRAWING + ".dispatchEvent(new KeyboardEvent('keydown', {key: '%s'}))"
        low, high = self.browser.evaluate(range_of)
        self.browser.evaluate(press % "+")
        self.browser.wait_for(f"{range_of}[1] - {range_of}[0] < {0.81 * (high - low)}")
        self.browser.evaluate(press % "0")
        self.browser.wait_for(f"Math.abs({range_of}[0] - {low}) < 1e-9")


if __name__ == "__main__":
    if not CHROMIUM:
        print("skipped: there is no chromium on this machine")
        sys.exit(77)
    support.main()
