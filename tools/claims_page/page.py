#!/usr/bin/python3
"""The page about the three claims: page.py RESULTS --out FILE.md

Reads the manifests of the studies in RESULTS (one folder each, as tools/claims fills it), and writes FILE.md from claims.md.in, with its
pictures in a folder of FILE's name beside it. Every number and every verdict is computed here; the template holds prose alone.
"""
import argparse
import pathlib
import re

import claim1
import claim2
import claim3
from evidence import evidence_of

SECTIONS = {"claim1-collaborative": claim1.section, "claim2-transfer": claim2.transfer, "claim2-absent": claim2.absent,
            "claim2-similarity": claim2.similarity, "claim3-personal": claim3.personal, "claim3-heart": claim3.heart}


def runs_table(found):
    lines = ["| study | runs | seeds | CPU time |", "|---|---|---|---|"]
    for name, evidence in found.items():
        if evidence is None:
            lines.append(f"| `{name}` | not carried out | | |")
            continue
        complete, every = evidence.runs
        lines.append(f"| `{name}` | {complete} of {every} | {len(evidence.seeds)} | {evidence.cpu_s / 60:.1f} min |")
    return "\n".join(lines)


def page(results, out):
    folder = out.with_suffix("")
    found = {name: evidence_of(results / name) for name in SECTIONS}
    values = {"runs": runs_table(found), "pictures": folder.name}
    for name, section in SECTIONS.items():
        if found[name] is not None:
            values.update(section(found[name], folder))
    template = (pathlib.Path(__file__).parent / "claims.md.in").read_text()
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values.get(match.group(1), "*not carried out yet*"), template)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", metavar="RESULTS", type=pathlib.Path)
    parser.add_argument("--out", required=True, metavar="FILE.md", type=pathlib.Path)
    options = parser.parse_args()
    options.out.write_text(page(options.results, options.out))
    print(options.out)


if __name__ == "__main__":
    main()
