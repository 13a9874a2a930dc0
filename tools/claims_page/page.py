#!/usr/bin/python3
"""The page about the three claims: page.py RESULTS --out FILE.md

Reads the manifests of the studies in RESULTS (one folder each, as tools/claims fills it), and writes FILE.md from claims.md.in, with its
pictures in a folder of FILE's name beside it. Every number and every verdict is computed here; the template holds prose alone.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import claim1  # noqa: E402
import claim2  # noqa: E402
import claim3  # noqa: E402
import pages  # noqa: E402
from evidence import evidence_of  # noqa: E402

SECTIONS = {"claim1-collaborative": claim1.section, "claim2-transfer": claim2.transfer, "claim2-absent": claim2.absent,
            "claim2-similarity": claim2.similarity, "claim3-personal": claim3.personal, "claim3-heart": claim3.heart}


def runs_table(found):
    return pages.runs_table({name: evidence and (*evidence.runs, len(evidence.seeds), evidence.cpu_s) for name, evidence in found.items()})


def page(results, out):
    folder = out.with_suffix("")
    found = {name: evidence_of(results / name) for name in SECTIONS}
    values = {"runs": runs_table(found), "pictures": folder.name}
    for name, section in SECTIONS.items():
        if found[name] is not None:
            values.update(section(found[name], folder))
    template = (pathlib.Path(__file__).parent / "claims.md.in").read_text()
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values.get(match.group(1), "*not carried out yet*"), template)


if __name__ == "__main__":
    pages.write(__doc__, page)
