"""Who computed, sent, received and waited, and what went wrong meanwhile."""
import numpy as np
from matplotlib.patches import Patch

from .faults import draw_faults, fault_spans, handles, lines_of
from .style import BLUE, GREEN, ORANGE, PURPLE, RED, SKY, legend_below, plt, save, time_scale, title

ACTIVITIES = [("receive", SKY, "////"), ("aggregate", GREEN, "...."), ("train", BLUE, None), ("send", RED, "\\\\\\\\"),
              ("personalize", PURPLE, "xxxx"), ("agree", ORANGE, "||||"), ("wait", "#E8E8E8", None)]
MOST_TIMELINES = 30


def sampled(ids, most):
    """At most `most` of the institutions, evenly spaced."""
    return ids if len(ids) <= most else ids[np.linspace(0, len(ids) - 1, most).round().astype(int)]


def window(rows, rounds):
    """The rows of the first `rounds` rounds: more would be too thin to see."""
    return rows[rows["round"] < rows["round"].min() + rounds]


def shown_rows(run, chain, rows):
    """The institutions to be drawn, from the bottom, and their place by name."""
    ids = sampled(np.unique(rows["institution"]), MOST_TIMELINES)[::-1]
    names = run.institution_names(chain)
    return ids, {names.get(int(i), str(i)): place for place, i in enumerate(ids)}


def draw_activities(axes, rows, ids, size):
    for activity, colour, hatch in ACTIVITIES:
        part = rows[rows["activity"] == activity.encode()]
        for place, institution in enumerate(ids):
            own = part[part["institution"] == institution]
            spans = np.column_stack([own["start_s"], own["end_s"] - own["start_s"]]) / size
            axes.broken_barh(spans, (place - 0.38, 0.76), facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0.3)


def remark(rows, drawn, rounds, total):
    ids = len(np.unique(rows["institution"]))
    notes = [f"{drawn} of {ids} institutions" if drawn < ids else "", f"first {rounds} of {total} rounds" if total > rounds else ""]
    shown = ", ".join(note for note in notes if note)
    return f": {shown}" if shown else ""


def plot_timeline(run, chain, folder, name, rounds):
    rows = run.of_chain("timeline", chain)
    if rows is None:
        return
    total = len(np.unique(rows["round"]))
    rows = window(rows, rounds)
    until_s = rows["end_s"].max()
    unit, size = time_scale(until_s)
    ids, places = shown_rows(run, chain, rows)
    faults = fault_spans(run.of_chain("events", chain), until_s)
    figure, axes = plt.subplots(figsize=(9.6, 1.9 + 0.24 * (len(ids) + len(lines_of(faults, places)))), constrained_layout=True)
    draw_activities(axes, rows, ids, size)
    lines = draw_faults(axes, faults, size, places, until_s)
    axes.set_yticks([*places.values(), *lines.values()], [*places, *lines])
    axes.set_ylim(-0.6, len(places) + len(lines) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"simulated time ({unit})")
    axes.margins(x=0.005)
    figure.suptitle(f"Who did what when, {title([run], chain)}{remark(rows, len(ids), rounds, total)}")
    activities = [Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=activity) for activity, colour, hatch in ACTIVITIES]
    legend_below(figure, activities + handles(faults), columns=5)
    save(figure, folder, name)


def plot_timelines(runs, chain, folder, rounds):
    for run in runs:
        name = f"{chain}-timeline" if len(runs) == 1 else f"{chain}-timeline-{run.name}"
        plot_timeline(run, chain, folder, name, rounds)
