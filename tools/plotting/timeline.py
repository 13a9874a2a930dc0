"""Who computed, sent, received and waited, and what went wrong meanwhile."""
import numpy as np
from matplotlib.patches import Patch

from .faults import MOST_BARS, draw_faults, fault_spans, handles
from .style import BLUE, GREEN, RED, SKY, legend_below, plt, save, time_scale, title

ACTIVITIES = [("receive", SKY, "////"), ("aggregate", GREEN, "...."), ("train", BLUE, None), ("send", RED, "\\\\\\\\"),
              ("wait", "#E8E8E8", None)]
MOST_TIMELINES = 30


def sampled(ids, most):
    """At most `most` of the institutions, evenly spaced."""
    return ids if len(ids) <= most else ids[np.linspace(0, len(ids) - 1, most).round().astype(int)]


def window(rows, rounds):
    """The rows of the first `rounds` rounds: more would be too thin to see."""
    return rows[rows["round"] < rows["round"].min() + rounds]


def draw_timeline(axes, run, chain, rows, size, faults):
    ids = np.unique(rows["institution"])
    shown = sampled(ids, MOST_TIMELINES)
    for activity, colour, hatch in ACTIVITIES:
        part = rows[rows["activity"] == activity.encode()]
        for place, institution in enumerate(shown[::-1]):
            own = part[part["institution"] == institution]
            spans = np.column_stack([own["start_s"], own["end_s"] - own["start_s"]]) / size
            axes.broken_barh(spans, (place - 0.38, 0.76), facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0.3)
    names = run.institution_names(chain)
    lines = draw_faults(axes, faults, size, len(shown))
    axes.set_yticks([*range(len(shown)), *lines.values()], [*(names.get(int(i), str(i)) for i in shown[::-1]), *lines])
    axes.set_ylim(-0.6, len(shown) + len(lines) - 0.4)
    axes.grid(axis="y", visible=False)
    return "" if len(shown) == len(ids) else f"{len(shown)} of {len(ids)} institutions"


def plot_timeline(run, chain, folder, name, rounds):
    rows = run.of_chain("timeline", chain)
    if rows is None:
        return
    total = len(np.unique(rows["round"]))
    rows = window(rows, rounds)
    unit, size = time_scale(rows["end_s"].max())
    faults = fault_spans(run.of_chain("events", chain), rows["end_s"].max())
    lines = min(len({fault[:2] for fault in faults}), MOST_BARS)
    count = min(len(np.unique(rows["institution"])), MOST_TIMELINES) + lines
    figure, axes = plt.subplots(figsize=(9.6, 1.9 + 0.24 * count), constrained_layout=True)
    notes = [draw_timeline(axes, run, chain, rows, size, faults)]
    notes.append(f"first {rounds} of {total} rounds" if total > rounds else "")
    axes.set_xlabel(f"simulated time ({unit})")
    axes.margins(x=0.005)
    shown = ", ".join(note for note in notes if note)
    figure.suptitle(f"Who did what when, {title([run], chain)}" + (f": {shown}" if shown else ""))
    activities = [Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=activity) for activity, colour, hatch in ACTIVITIES]
    legend_below(figure, activities + handles(faults), columns=5)
    save(figure, folder, name)


def plot_timelines(runs, chain, folder, rounds):
    for run in runs:
        name = f"{chain}-timeline" if len(runs) == 1 else f"{chain}-timeline-{run.name}"
        plot_timeline(run, chain, folder, name, rounds)
