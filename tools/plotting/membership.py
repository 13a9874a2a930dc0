"""Membership attacks: their AUC by setting, and ROC curves on axes that show the low false positive rates."""
import math

import numpy as np

from .measures import collected, over_seeds
from .result import text
from .style import FLOOR, Line2D, draw_dot, grid_of, legend_below, line_handles, save, styles_of

DODGE = 0.12  # between attacks, in steps from one setting to the next


def membership_of(arms, rows, target):
    """AUC of each attack on this target, in the last round that was attacked; every attack, since the best of several is above chance by
    chance."""
    rows = rows[(rows["target"] == target) & (rows["round"] == rows["round"].max())]
    found = []
    for own in arms:
        of_arm = rows[rows["arm"] == own[0].arm]
        found.append({attack: over_seeds(of_arm[of_arm["attack"] == attack], "auc").within(0, 1)
                      for attack in np.unique(of_arm["attack"])})
    return found


def draw_arms(axes, figures, styles, level):
    """At each place the figures of one setting side by side, by name."""
    for place, named in enumerate(figures):
        for i, (name, found) in enumerate(named.items()):
            if math.isfinite(found.value):
                draw_dot(axes, place + DODGE * (i - (len(named) - 1) / 2), found, styles[name])
    if level is not None:
        axes.axhline(level, **FLOOR)


def plot_membership(runs, chain, folder):
    rows = collected(runs, "membership", chain)
    if rows is None:
        return
    names = list(dict.fromkeys(run.arm for run in runs))
    arms = [[run for run in runs if run.arm == name] for name in names]
    targets, styles = np.unique(rows["target"]), styles_of(np.unique(rows["attack"]))
    figure, axes = grid_of(len(targets), 3.4)
    for each, target in zip(axes.flat, targets):
        draw_arms(each, membership_of(arms, rows, target), styles, 0.5)
        each.set_title(target, fontsize=10)
        each.set_xticks(range(len(names)), names, rotation=20, ha="right", fontsize=9)
        each.set_xlim(-0.5, len(names) - 0.5)
    for line in axes:
        line[0].set_ylabel("AUC of membership")
    figure.suptitle(f"Membership, chain {chain}: means over seeds, 95 % intervals")
    legend_below(figure, [*line_handles({name: (colour, marker, "none") for name, (colour, marker, _) in styles.items()}),
                          Line2D([], [], label="chance", **FLOOR)])
    save(figure, folder, f"{chain}-membership")


def curves(runs, chain):
    """For each curve: (arm, round, observer, target, attack), its row of /leakage/membership, and its points by fpr."""
    found = []
    for run in runs:
        membership, roc = run.table("leakage/membership"), run.table("leakage/roc")
        if membership is None or roc is None:
            continue
        for place in np.flatnonzero(membership["chain"] == chain.encode()):
            row, points = membership[place], roc[roc["membership"] == place]
            key = (run.arm, int(row["round"]), text(row["observer"]), text(row["target"]), text(row["attack"]))
            found.append((key, row, np.sort(points, order=["fpr", "tpr"])))
    return [one for one in found if len(one[2])]


def draw_roc(axes, own, styles):
    """The smallest rate that a panel can show: one non-member's."""
    least = 1.0
    for key, row, points in own:
        colour, _, line = styles[key[4]]
        resolution = 1 / max(1, int(row["non_members"]))
        shown = points[points["fpr"] >= resolution * (1 - 1e-9)]
        least = min(least, resolution)
        axes.plot(shown["fpr"], shown["tpr"], color=colour, linestyle=line, linewidth=1.1, alpha=0.85, drawstyle="steps-post")
    axes.plot([least, 1], [least, 1], **FLOOR)
    axes.set(xscale="log", yscale="log", xlim=(least, 1), xlabel="false positive rate")
    return least


def plot_roc(runs, chain, folder):
    found = curves(runs, chain)
    if not found:
        return
    panels = sorted({(key[0], key[1], key[2], key[3]) for key, *_ in found})
    styles = styles_of(list(dict.fromkeys(key[4] for key, *_ in found)))
    figure, axes = grid_of(len(panels), 3.6)
    least = 1.0
    for each, panel in zip(axes.flat, panels):
        least = min(least, draw_roc(each, [one for one in found if one[0][:4] == panel], styles))
        arm, round_, observer, target = panel
        each.set_title(", ".join(part for part in (arm, f"{target}, round {round_}", observer) if part), fontsize=9)
    axes[0, 0].set_ylim(least, 1.05)  # shared: no panel may cut off another's small rates
    for line in axes:
        line[0].set_ylabel("true positive rate")
    figure.suptitle(f"Membership, chain {chain}: a curve for each target and seed; left end: one non-member")
    legend_below(figure, [*[Line2D([], [], color=colour, linestyle=line, label=name) for name, (colour, _, line) in styles.items()],
                          Line2D([], [], label="chance", **FLOOR)])
    save(figure, folder, f"{chain}-roc")
