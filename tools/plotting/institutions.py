"""Each institution's accuracy on its own test rows, alone against together."""
import numpy as np
from matplotlib.lines import Line2D

from .result import evaluated
from .style import BLUE, ORANGE, legend_below, plt, save, title

MOST_DUMBBELLS = 40


def last_of_each(rows, column):
    rows = evaluated(rows, column)
    return {int(row["institution"]): float(row[column]) for row in rows[np.argsort(rows["round"], kind="stable")]}


def alone_and_together(run, chain):
    """Institutions with both figures, the one that gains most first: ids, accuracy alone, accuracy together."""
    local, members = run.table(f"baselines/local/{chain}"), run.table(f"chains/{chain}/members")
    if local is None or members is None:
        return None
    alone, together = last_of_each(local, "local_test_accuracy"), last_of_each(members, "local_test_accuracy")
    ids = sorted(alone.keys() & together.keys(), key=lambda i: (alone[i] - together[i], i))
    return (ids, np.array([alone[i] for i in ids]), np.array([together[i] for i in ids])) if ids else None


def draw_dumbbells(axes, run, chain, ids, alone, together):
    places = np.arange(len(ids))[::-1]
    axes.hlines(places, alone, together, color="#999999", linewidth=2, zorder=1)
    axes.scatter(alone, places, color=ORANGE, marker="s", s=42, zorder=2)
    axes.scatter(together, places, color=BLUE, marker="o", s=42, zorder=3)
    names = run.institution_names(chain)
    axes.set_yticks(places, [names.get(i, str(i)) for i in ids])
    axes.set_ylim(-0.7, len(ids) - 0.3)
    axes.set_xlabel("accuracy on its own test rows")
    axes.grid(axis="y", visible=False)


def draw_distribution(axes, ids, alone, together):
    rank = np.arange(1, len(ids) + 1)
    axes.plot(rank, np.sort(alone), color=ORANGE, linestyle=":", linewidth=2.4)
    axes.plot(rank, np.sort(together), color=BLUE, linewidth=2)
    axes.set(xlabel=f"institutions, each curve worst to best ({np.mean(together > alone):.0%} of {len(ids)} gain)",
             ylabel="accuracy on own test rows")
    axes.margins(x=0.01)


def institution_handles(dumbbells):
    if dumbbells:
        return [Line2D([], [], color=ORANGE, marker="s", linestyle="none", label="local only"),
                Line2D([], [], color=BLUE, marker="o", linestyle="none", label="collaborative")]
    return [Line2D([], [], color=ORANGE, linestyle=":", linewidth=2.4, label="local only"),
            Line2D([], [], color=BLUE, linewidth=2, label="collaborative")]


def plot_institutions(runs, chain, folder):
    found = [(run, alone_and_together(run, chain)) for run in runs]
    found = [(run, figures) for run, figures in found if figures]
    if not found:
        return
    most = max(len(figures[0]) for _, figures in found)
    dumbbells = most <= MOST_DUMBBELLS
    height = 1.9 + 0.27 * most if dumbbells else 4.2
    figure, all_axes = plt.subplots(1, len(found), figsize=(1.4 + 5.4 * len(found), max(3.0, height)), squeeze=False,
                                    sharex=dumbbells, sharey=not dumbbells, constrained_layout=True)
    for axes, (run, figures) in zip(all_axes[0], found):
        if dumbbells:
            draw_dumbbells(axes, run, chain, *figures)
        else:
            draw_distribution(axes, *figures)
        if len(found) > 1:
            axes.set_title(run.label(), fontsize=10)
    figure.suptitle(f"Each institution alone and together, {title([run for run, _ in found], chain)}")
    legend_below(figure, institution_handles(dumbbells))
    save(figure, folder, f"{chain}-institutions")
