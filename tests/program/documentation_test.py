"""documentation_test.py POLYCLINIC: docs/results.md says what a result file holds: its tables with their columns, its attributes."""
import pathlib
import re

import h5py

from support import ProgramTest, main

FILE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "results.md"
TEXT = re.sub(r"```.*?```", "", FILE.read_text(), flags=re.DOTALL)
CODE = re.compile(r"`([^`]+)`")


def documented_tables():
    """Path (NAME for a chain's name): columns, in the order of the text; what stands in brackets explains."""
    tables = {}
    for line in TEXT.splitlines():
        cells = line.strip("| ").split(" | ")
        if not line.startswith("| `/") or len(cells) < 3:
            continue
        path, columns = CODE.match(cells[0]).group(1), re.sub(r"\([^()]*\)", "", cells[2])
        as_other = re.match(r"as `(\w+)`", columns)
        tables[path] = tables[f"/chains/NAME/{as_other.group(1)}"] if as_other else CODE.findall(columns)
    return tables


HELP = ['chain.1.model={kind = "cnn", widths = [4, 4]}', 'relay=[{from = "scans", to = "second", relayers = ["hospital-0"]}]',
        'chain.1.auxiliary=[{source = "scans", uses = ["anchor"]}]']
# Attacks of each kind; inversion of a whole hospital's update is passed over, for which there is a table too.
PROBES = 'probe=[{observers = ["peer"], attacks = ["analytic", "dlg", "bias_sign", "loss", "label_histogram"], iterations = 1}]'


class Documentation(ProgramTest):
    def result_of_a_run(self):
        self.run_small("--set", "record.ledger=full", "--set", 'chain.0.personalization=[{kind = "ditto"}]', "--set", PROBES,
                       *(word for setting in HELP for word in ("--set", setting)))
        return h5py.File(self.result)

    def contents(self, file):
        tables, groups = {}, {"/": file}

        def visit(name, item):
            path = re.sub(r"/(scans|second)\b", "/NAME", "/" + name)
            path = re.sub(r"^/personalization/\w+", "/personalization/METHOD", path)
            if isinstance(item, h5py.Dataset) and item.dtype.names:
                tables[path] = list(item.dtype.names)
            else:
                groups[path] = item
        file.visititems(visit)
        return tables, groups

    def test_every_table_has_the_columns_that_the_text_lists_in_their_order(self):
        with self.result_of_a_run() as file:
            tables, _ = self.contents(file)
        documented = documented_tables()
        self.assertGreaterEqual(len(tables), 10)
        self.assertEqual(sorted(tables), sorted(documented))
        for path, columns in tables.items():
            self.assertEqual(columns, documented[path], path)

    def test_every_attribute_and_everything_that_is_no_table_is_mentioned(self):
        words = set(CODE.findall(TEXT))
        with self.result_of_a_run() as file:
            _, groups = self.contents(file)
            for path, item in groups.items():
                for name in item.attrs:
                    self.assertIn(name, words, f"attribute of {path}")
            self.assertEqual(set(groups["/run"].attrs) - words, set())
            for path in ("/scenario", "/chains/NAME/ledger"):
                self.assertTrue(path in groups and path in words, path)


main()
