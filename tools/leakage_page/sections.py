"""What the page says of one study: verdicts, tables and pictures."""
import math

import numpy as np

from pages import folded, listed, number, table
from plotting.leakage import SUCCESS, line_names, plot_leakage
from plotting.measures import Interval, line_name, over_seeds, percent
from plotting.style import plt
from words import change, measured, rate, size, verdict, view


# ---- images --------------------------------------------------------------------------------------------------------------------

IMAGES = ["", "published", "who, when", "best attack (of)", "PSNR dB", "floor", "above the floor, dB", "above class mean, dB", "recovered",
          "identified", "by chance", "images (independent)"]


def of_images(cell):
    count = cell.psnr_db.n
    return str(count) if cell.independent == count else f"{count} ({cell.independent})"


def image_row(cell):
    place = cell.place
    shown = measured(cell.psnr_db) if not cell.is_floor else f"floor (attack {measured(cell.psnr_db)})"
    return [line_name(place), percent(place.fraction), view(place), f"{cell.best} ({len(cell.attacks)})", shown, number(cell.floor_db, 1),
            change(cell.gain_db), change(cell.class_gain_db), rate(cell.rate(SUCCESS)), rate(cell.identified, cell.identifies),
            percent(cell.chance), of_images(cell)]


SCORES = ["", "published", "who, when", "attack", "SSIM", "RDLV", "MSE < 1e-3", "PSNR > 20 dB", "zeros, dB", "mean", "class mean", "random other",
          "nearest other"]


def score_row(cell):
    """What the other scores say of the same images, and what needs no attack."""
    place = cell.place
    of_rows = [number(float(np.nanmedian(cell.rows[f"{name}_psnr_db"])), 1) for name in ("zeros", "mean", "class_mean", "random", "nearest")]
    return [line_name(place), percent(place.fraction), view(place), cell.best, measured(cell.median_of("ssim"), 2),
            measured(cell.median_of("rdlv"), 2), rate(cell.rate("mse < 1e-3")), rate(cell.rate("PSNR > 20 dB")), *of_rows]


def strongest(cells, key):
    """Of each key(place) the cell in which most leaks."""
    found = {}
    for cell in cells:
        found.setdefault(key(cell.place), []).append(cell)
    return [max(own, key=lambda cell: cell.gain_db.value) for own in found.values()]


def settings(study):
    return f"Attacks on images had {listed(study.settings)}." if study.settings else ""


def verdicts(study):
    lines = [verdict(name, [cell for cell in study.cells if line_name(cell.place) == name]) for name in line_names(study.cells)]
    lines += [f"- **{arm}**: no image was attacked ({reason}), which says nothing about what other attacks would find."
              for arm, reason in study.unattacked.items()]
    return "\n".join(lines)


def smallest(cells, leaks, strength, said, figures):
    """The smallest share at which it `leaks`, and the view in which most does."""
    sure = [cell for cell in cells if leaks(cell)]
    if not sure:
        return f"not shown to be {said} at any share that was tried, which does not prove that they cannot be"
    share = min(cell.place.fraction for cell in sure)
    most = max((cell for cell in sure if cell.place.fraction == share), key=strength)
    return f"{said} with as little as {percent(share)} published ({figures(most)}; `{most.best}`, {view(most.place)})"


def least_leaking(study):
    """For each line the smallest shares at which images are sure to be reconstructed, and to be identified."""
    lines = []
    for name in line_names(study.cells):
        own = [cell for cell in study.cells if line_name(cell.place) == name]
        reconstructed = smallest(own, lambda cell: cell.gain_db.above, lambda cell: cell.gain_db.value, "reconstructed beyond the mean image",
                                 lambda cell: f"{change(cell.gain_db)} dB")
        identified = smallest(own, lambda cell: cell.identifies, lambda cell: cell.identified.value, "identified",
                              lambda cell: f"{rate(cell.identified, cell.identifies)}, by chance {percent(cell.chance)}")
        lines.append(f"- **{name}**: images are {reconstructed}; they are {identified}. The smallest share that was tried is "
                     f"{percent(min(cell.place.fraction for cell in own))}.")
    return "\n".join(lines)


# ---- labels, properties, membership --------------------------------------------------------------------------------------------

LABELS = ["", "published", "who", "attack", "skill", "updates"]


def label_rows(study):
    """Every attack, the best of each arm, share, observer and tier first."""
    def order(one):
        (name, fraction, observer, tier, attack), skill = one
        return name, -fraction, observer, tier, -skill.value if math.isfinite(skill.value) else math.inf, attack

    return [[name, percent(fraction), f"{observer} ({tier})", attack, change(skill, 2), str(skill.n)]
            for (name, fraction, observer, tier, attack), skill in sorted(study.skills.items(), key=order)]


def property_rows(study):
    return [[name, percent(fraction), observer, attack, what, change(skill, 2), str(skill.n)]
            for (name, fraction, observer, attack, what), skill in sorted(study.properties.items(), key=lambda one: (one[0][0], -one[0][1], one[0][2:]))]


def low_rate(rows, column):
    """No narrower than the rows' own intervals, which seeds of equal rates would hide."""
    found = over_seeds(rows, column).within(0, 1)
    low, high = (over_seeds(rows, f"{column}_{end}").value for end in ("low", "high"))
    whole = Interval(found.value, np.fmin(found.low, low), np.fmax(found.high, high), found.n)
    return "n/a" if not math.isfinite(found.value) else measured(whole, 3)


def count_span(rows, column):
    least, most = int(rows[column].min()), int(rows[column].max())
    return str(least) if least == most else f"{least}–{most}"


MEMBERSHIP = ["", "published", "observer", "target", "attack", "AUC", "balanced accuracy", "TPR at 1 % FPR", "TPR at 0.1 %", "members",
              "non-members", "seeds", "epsilon at least", "allowed"]


def membership_rows(study):
    found, arms = [], [arm for arm, _ in study.arms]
    for (name, fraction, observer, target, attack), rows in sorted(study.membership.items(),
                                                                   key=lambda one: (arms.index(one[1]["arm"][0]), -one[0][1], one[0][2:])):
        allowed = over_seeds(rows, "epsilon_allowed")
        comparable = bool(rows["comparable"].all()) and math.isfinite(allowed.value)
        found.append([name, percent(fraction), observer, target, attack, measured(over_seeds(rows, "auc").within(0, 1), 3),
                      measured(over_seeds(rows, "balanced_accuracy").within(0, 1), 3), low_rate(rows, "tpr_at_fpr_1e-2"), low_rate(rows, "tpr_at_fpr_1e-3"),
                      count_span(rows, "members"), count_span(rows, "non_members"), str(len(np.unique(rows["seed"]))),
                      number(over_seeds(rows, "epsilon_low").value, 2), number(allowed.value, 2) if comparable else "not comparable"])
    return found


def violations(study):
    """Measured membership leakage beyond what the accountant allows is an error of ours."""
    bad = []
    for (name, _, observer, target, attack), rows in study.membership.items():
        wrong = (rows["comparable"] == 1) & (rows["epsilon_low"] > rows["epsilon_allowed"])
        if wrong.any():
            bad.append(f"- **Error of ours**: {name}, {target}, `{attack}` of {observer}: {int(wrong.sum())} of {len(rows)} rows leak more than "
                       "their epsilon allows.")
    compared = sum(int((rows["comparable"] == 1).sum()) for rows in study.membership.values())
    if bad:
        return "\n".join(bad)
    return f"Of {compared} rows that can be compared with an epsilon, none leaks more than it allows." if compared else \
        "No row can be compared with an epsilon."


# ---- costs ---------------------------------------------------------------------------------------------------------------------

def cost_rows(study):
    rows = []
    for (arm, fraction), runs in study.arms.items():
        published = study.of_rounds(runs, lambda table: table["published_bytes"].sum())
        end_s = study.of_rounds(runs, lambda table: table["sim_time_s"].max())
        rows.append([arm or "–", percent(fraction), measured(study.score(runs, "test_auc"), 3), measured(study.score(runs, "test_accuracy"), 3),
                     size(published.value), number(end_s.value, 0), number(study.epsilon(runs).value, 2), str(len(runs))])
    return rows


def skipped_rows(study):
    return [[arm or "–", f"`{attack}`", observer, reason, str(count)]
            for (arm, attack, observer, reason), count in sorted(study.skipped.most_common(24))]


# ---- pictures ------------------------------------------------------------------------------------------------------------------

def pictures(study, folder, path):
    """Draws everything; markdown of each that came about."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    with plt.rc_context({"savefig.dpi": 110}):
        plot_leakage(study.runs, study.chain, folder, study=True)
    links = {}
    for kind in ("leakage-fraction", "leakage-arms", "leakage-accuracy", "leakage-labels", "epsilon", "membership", "roc", "reconstructions"):
        files = sorted(file.name for file in folder.glob(f"{study.chain}-{kind}*.png"))
        links[kind] = "\n\n".join(f"![{name.removesuffix('.png').replace('-', ' ')}]({path}/{name})" for name in files)
    return links


def section(study, folder, path):
    drawn = pictures(study, folder, path)
    return {"verdicts": verdicts(study) or "*No image was attacked.*", "least": least_leaking(study) or "*No image was attacked.*",
            "strongest": table(IMAGES, [image_row(cell) for cell in strongest(study.cells, lambda place: (line_name(place), place.fraction))]),
            "images": folded("Every view", table(IMAGES, [image_row(cell) for cell in study.cells])),
            "labels": folded("Every attack on labels", table(LABELS, label_rows(study))),
            "properties": table(["", "published", "who", "attack", "property", "skill", "updates"], property_rows(study)),
            "membership": folded("Every attack on membership", table(MEMBERSHIP, membership_rows(study))), "violations": violations(study),
            "scores": folded("Every view", table(SCORES, [score_row(cell) for cell in study.cells])), "settings": settings(study),
            "costs": table(["", "published", "test AUC", "test accuracy", "bytes published", "simulated time, s", "epsilon", "runs"], cost_rows(study)),
            "skipped": folded("Attacks that were not tried, and why", table(["", "attack", "observer", "why it was not tried", "times"], skipped_rows(study))),
            "leakage": drawn["leakage-fraction"] or drawn["leakage-arms"], "accuracy": drawn["leakage-accuracy"],
            "labels_picture": drawn["leakage-labels"], "epsilon": drawn["epsilon"], "membership_picture": drawn["membership"],
            "roc": folded("ROC curves of every target and seed", drawn["roc"]) if drawn["roc"] else "",
            "reconstructions": drawn["reconstructions"]}
