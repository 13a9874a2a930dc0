"""ROC curves of membership attacks, on axes that show the low false positive rates."""
import numpy as np

from .result import text
from .style import FLOOR, Line2D, grid_of, legend_below, save, styles_of


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
    least = 1.0
    for key, row, points in own:
        colour, _, line = styles[key[4]]
        resolution = 1 / max(1, int(row["non_members"]))
        shown = points[points["fpr"] >= resolution * (1 - 1e-9)]
        least = min(least, resolution)
        axes.plot(shown["fpr"], shown["tpr"], color=colour, linestyle=line, linewidth=1.1, alpha=0.85, drawstyle="steps-post")
    axes.plot([least, 1], [least, 1], **FLOOR)
    axes.set(xscale="log", yscale="log", xlim=(least, 1), ylim=(least, 1.05), xlabel="false positive rate")


def plot_roc(runs, chain, folder):
    found = curves(runs, chain)
    if not found:
        return
    panels = sorted({(key[0], key[1], key[2], key[3]) for key, *_ in found})
    styles = styles_of(list(dict.fromkeys(key[4] for key, *_ in found)))
    figure, axes = grid_of(len(panels), 3.6)
    for each, panel in zip(axes.flat, panels):
        draw_roc(each, [one for one in found if one[0][:4] == panel], styles)
        arm, round_, observer, target = panel
        each.set_title(", ".join(part for part in (arm, f"{target}, round {round_}", observer) if part), fontsize=9)
    for line in axes:
        line[0].set_ylabel("true positive rate")
    figure.suptitle(f"Membership, chain {chain}: a curve for each target and seed; left end: one non-member")
    legend_below(figure, [*[Line2D([], [], color=colour, linestyle=line, label=name) for name, (colour, _, line) in styles.items()],
                          Line2D([], [], label="chance", **FLOOR)])
    save(figure, folder, f"{chain}-roc")
