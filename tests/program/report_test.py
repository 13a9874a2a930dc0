"""What `polyclinic report` writes, and what it refuses."""
import support


class RefusalTest(support.ProgramTest):
    def test_nothing_is_overwritten(self):
        self.run_small()
        page = self.folder / "report.html"
        page.write_text("mine")
        self.assertIn("--force", self.program("report", self.result, "--out", page, status=2))
        self.assertEqual(page.read_text(), "mine")
        self.program("report", self.result, "--out", page, "--force")
        self.assertIn("<!doctype html>", page.read_text()[:20])
        self.assertEqual(list(self.folder.glob("*.partial")), [])

    def test_what_is_no_result(self):
        page = self.folder / "report.html"
        self.assertIn("small.toml", self.program("report", self.scenario, "--out", page, status=1))
        self.assertIn("absent.h5", self.program("report", self.folder / "absent.h5", "--out", page, status=1))
        self.assertIn(str(self.folder), self.program("report", self.folder, "--out", page, status=1))
        self.assertFalse(page.exists())


if __name__ == "__main__":
    support.main()
