"""Made-up results with /leakage, of the columns that core/record/leakage_rows.hpp has."""
import pathlib
import re

import h5py
import numpy as np

HEADER = pathlib.Path(__file__).resolve().parents[2] / "core" / "record" / "leakage_rows.hpp"
KINDS = {"std::string": "S48", "std::int64_t": "i8", "double": "f8"}


def row_types():
    """By name of the row: (column, unit, kind) in order, as the header has them."""
    found = {}
    for name, body in re.findall(r"struct (\w+) \{(.*?)\n\};", HEADER.read_text(), flags=re.DOTALL):
        members = {}
        for kind, names in re.findall(r"^  (std::string|std::int64_t|double) ([^;]+);", body, flags=re.MULTILINE):
            members.update({re.match(r"\w+", part.strip()).group(): KINDS[kind] for part in names.split(",")})
        found[name] = [(column, unit, members[member]) for column, unit, member in re.findall(r'Column\{"([^"]+)", "([^"]*)", &\w+::(\w+)\}', body)]
    return found


ROWS = row_types()


def write_table(file, path, kind, rows):
    """`rows`: dicts; what they leave out is 0, NaN or empty."""
    data = np.zeros(len(rows), dtype=[(column, of) for column, _, of in ROWS[kind]])
    for column, _, of in ROWS[kind]:
        if of == "f8":
            data[column] = np.nan
    for place, row in enumerate(rows):
        for column, value in row.items():
            data[place][column] = value.encode() if isinstance(value, str) else value
    file.create_dataset(path, data=data).attrs["units"] = [unit for _, unit, _ in ROWS[kind]]


def inversion(gain_db, seed=1, victims=20, identified=None, attack="inverting_gradients", policy="random 1", fraction=1.0, round_=1, observer="peer", ssim=0.7,
              spread_db=2.0):
    """A row for each victim, whose mean image has 17 dB: medians are gain_db above that, evenly spread by +-spread_db."""
    found = []
    for victim in range(victims):
        psnr = 17 + gain_db + spread_db * (2 * victim / (victims - 1) - 1)
        found.append({"chain": "north", "round": round_, "institution": victim, "image": 0, "seed": seed, "observer": observer, "tier": "T1",
                      "policy": policy, "attack": attack, "shared_fraction": fraction, "batch": 1, "steps": 1, "attack_loss": 0.1,
                      "mse": 10 ** (-psnr / 10), "psnr_db": psnr, "ssim": ssim, "rdlv": 1.0, "identified": victim % 2 if identified is None else identified, "label_correct": 1,
                      "zeros_psnr_db": 8, "mean_psnr_db": 17, "class_mean_psnr_db": 17.5, "random_psnr_db": 13, "nearest_psnr_db": 23,
                      "mean_ssim": 0.25, "nearest_ssim": 0.5})
    return found


def labels(skill, seed=1, fraction=1.0, attack="row_sums", policy="random 1"):
    return [{"chain": "north", "round": 1, "institution": victim, "observer": "peer", "tier": "T1", "policy": policy, "attack": attack,
             "shared_fraction": fraction, "samples": 1, "count_accuracy": 0.5 + skill / 2, "count_chance": 0.5, "count_skill": skill, "existence_accuracy": 1,
             "existence_chance": 0.5} for victim in range(4)]


def membership(auc=0.6, comparable=0, allowed=np.nan, low=0.2):
    return {"chain": "north", "round": 3, "institution": -1, "observer": "chain", "tier": "T1", "policy": "random 1", "target": "model",
            "attack": "loss", "shared_fraction": 1, "members": 200, "non_members": 100, "auc": auc, "auc_low": auc - 0.05,
            "auc_high": auc + 0.05, "balanced_accuracy": 0.55, "balanced_accuracy_low": 0.5, "balanced_accuracy_high": 0.6,
            "tpr_at_fpr_1e-2": 0.03, "tpr_at_fpr_1e-2_low": 0.01, "tpr_at_fpr_1e-2_high": 0.06, "epsilon_low": low,
            "epsilon_allowed": allowed, "comparable": comparable}


def write_rounds(file, auc):
    kinds = [(name, "f8") for name in ("round", "sim_time_s", "published_bytes", "test_accuracy", "test_auc")]
    rows = np.array([(0, 0, 0, 0.5, 0.5), (1, 10, 1000, auc - 0.02, auc)], dtype=kinds)
    file.create_dataset("chains/north/rounds", data=rows).attrs["units"] = ["1", "s", "B", "1", "1"]


def write_egress(file, epsilon):
    rows = np.array([(b"north", 0, epsilon)], dtype=[("chain", "S8"), ("institution", "i8"), ("epsilon", "f8")])
    file.create_dataset("egress", data=rows).attrs["units"] = ["", "1", "1"]


def write_institutions(file):
    """Twenty clinics with an image each of the first class, and a hospital with 180 of it and 100 of the second: chance is 1 / 200."""
    rows = np.array([(victim, b"north", b"1,0") for victim in range(20)] + [(20, b"north", b"180,100")],
                    dtype=[("institution", "i8"), ("chain", "S8"), ("class_histogram", "S16")])
    file.create_dataset("institutions", data=rows).attrs["units"] = ["", "", ""]


def write_galleries(file, views=("inverting_gradients-peer-round-1",)):
    """Ten images, reconstructed with an error of 0.1 in each pixel: 20 dB."""
    originals = np.random.default_rng(1).uniform(0.2, 0.8, (10, 1, 8, 8)).astype("f4")
    for view in views:
        file.create_dataset(f"leakage/images/north/{view}/original", data=originals)
        file.create_dataset(f"leakage/images/north/{view}/reconstruction", data=originals + np.float32(0.1))
    file.create_dataset("leakage/images/north/mean", data=np.full((1, 8, 8), 0.5, "f4"))


def write_run(path, seed=1, auc=0.9, inversion_rows=(), label_rows=(), epsilon=np.nan, galleries=("inverting_gradients-peer-round-1",),
              membership_rows=(), skipped=()):
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        file.attrs.update({"format": "polyclinic", "schema_version": 1, "name": "made-up", "seed": seed, "complete": 1, "fingerprint": "f"})
        file["scenario"] = (f'name = "made-up"\nseed = {seed}\n'
                            "[[probe]]\niterations = 250\nrestarts = 1\ntotal_variation = 0.1\n")
        write_rounds(file, auc)
        write_egress(file, epsilon)
        write_institutions(file)
        for table, kind, rows in (("inversion", "InversionRow", inversion_rows), ("labels", "LabelRow", label_rows),
                                  ("membership", "MembershipRow", membership_rows), ("skipped", "SkippedAttackRow", skipped)):
            if len(rows):
                write_table(file, f"leakage/{table}", kind, rows)
        if len(membership_rows):
            points = [{"membership": place, "fpr": fpr, "tpr": min(1.0, fpr ** 0.5)} for place in range(len(membership_rows))
                      for fpr in np.linspace(0, 1, 101)]
            write_table(file, "leakage/roc", "RocRow", points)
        if galleries:
            write_galleries(file, galleries)


def write_study(folder, runs, name="made-up"):
    """`runs`: (point, seed, keywords of write_run)."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for point, seed, keywords in runs:
        run = f"{point}_seed={seed}"
        write_run(folder / "runs" / f"{run}.h5", seed=seed, **keywords)
        rows.append((run.encode(), point.encode(), seed, b"complete", b"f", f"runs/{run}.h5".encode()))
    kinds = [("run", "S80"), ("point", "S80"), ("seed", "i8"), ("state", "S10"), ("fingerprint", "S4"), ("file", "S100")]
    with h5py.File(folder / "study.h5", "w") as file:
        file.attrs.update({"format": "polyclinic-study", "schema_version": 1, "name": name, "complete": 1})
        file.create_dataset("runs", data=np.array(rows, dtype=kinds)).attrs["units"] = [""] * len(kinds)
        wall = np.array([(row[0], 60.0) for row in rows], dtype=[("run", "S80"), ("cpu_s", "f8")])
        file.create_dataset("wall", data=wall).attrs["units"] = ["", "s"]


def fraction_study(folder, seeds=(1, 2, 3)):
    """Random masks leak 10 dB above the floor at 1 and nothing at 0.1; top_k 10 dB at both. AUC falls from 0.9 to 0.8 with the fraction."""
    runs = []
    for policy in ("random", "top_k"):
        for fraction, gain in ((1, 10), (0.1, -5 if policy == "random" else 10)):
            identified = 0 if gain < 0 else None
            for seed in seeds:
                keywords = {"auc": 0.9 if fraction == 1 else 0.8,
                            "inversion_rows": inversion(gain, seed, policy=f"{policy} {fraction}", fraction=fraction, identified=identified)
                            + inversion(-1, seed, policy=f"{policy} {fraction}", fraction=fraction, identified=identified, attack="prior_assisted")
                            + inversion(gain - 8, seed, policy=f"{policy} {fraction}", fraction=fraction, identified=identified, round_=8),
                            "label_rows": labels(0.8, seed, fraction, policy=f"{policy} {fraction}"),
                            "membership_rows": [membership()]}
                runs.append((f"{policy}_fraction={fraction}", seed, keywords))
    write_study(folder, runs, "fraction")
