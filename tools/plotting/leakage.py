"""What attacks got out of published updates (docs/results.md, /leakage), and what protection costs: against the shared fraction, the
accuracy and epsilon, as images, and as ROC curves.

An attack below the floor has failed, which shows nothing about safety: it is drawn at the floor, hollow.
"""
import math

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullFormatter

from .measures import Interval, cells_of, collected, family, label_skill, line_name, mean_over_seeds, percent
from .reconstructions import plot_arm_reconstructions, plot_reconstructions
from .result import text
from .style import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED, SKY, legend_below, plt, save

LINES = [(BLUE, "o", "-"), (RED, "s", "--"), (GREEN, "^", "-."), (PURPLE, "D", ":"), (SKY, "v", "-"), (ORANGE, "P", "--")]
FLOOR = {"color": BLACK, "linestyle": "--", "linewidth": 1.2}
ORACLE = {"color": "#777777", "linestyle": ":", "linewidth": 1.6}
SUCCESS = "SSIM > 0.6 and above the nearest other image's"


def line_names(cells):
    return list(dict.fromkeys(line_name(cell.place) for cell in cells))


def styles_of(names):
    return {name: LINES[i % len(LINES)] for i, name in enumerate(names)}


def panels_of(cells):
    """Cells by who attacked, knowing what, and in which round, in order."""
    panels = {}
    for cell in sorted(cells, key=lambda cell: (cell.place.observer, cell.place.tier, cell.place.round)):
        panels.setdefault((cell.place.observer, cell.place.tier, cell.place.round), []).append(cell)
    return panels


def panel_title(observer, tier, round_):
    assisted = ", assisted" if tier == "T3" else ""
    return f"{observer}, round {round_} ({tier}{assisted})"


def floored(cell):
    """The median in dB with its interval, neither below the floor."""
    floor, found = cell.floor_db, cell.psnr_db
    return Interval(cell.leaked_db, max(found.low, floor), max(found.high, floor), found.n)


def arms_of_bar(found):
    """How far an interval reaches below and above its value; nothing where there is none."""
    if not math.isfinite(found.low):
        return [[0], [0]]
    return [[max(0.0, found.value - found.low)], [max(0.0, found.high - found.value)]]


def draw_dot(axes, x, found, style, hollow=False):
    colour, marker, _ = style
    axes.errorbar([x], [found.value], yerr=arms_of_bar(found), color=colour, marker=marker, markersize=6, capsize=3,
                  markerfacecolor="white" if hollow else colour, zorder=3)


def percent_axis(axes):
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(right=1.25)


def grid_of(count, height, rows=1):
    columns = min(3, count)
    lines = rows * math.ceil(count / columns)
    figure, axes = plt.subplots(lines, columns, figsize=(max(6.4, 1.2 + 3.6 * columns), 0.9 + height * lines), squeeze=False,
                                constrained_layout=True, sharey="row" if rows > 1 else True)
    for unused in axes.flat[rows * count:]:
        unused.set_visible(False)
    return figure, axes


# ---- against the shared fraction -----------------------------------------------------------------------------------------------

def draw_levels(axes, xs, cells):
    """The floor and the oracle of each place, joined."""
    axes.plot(xs, [cell.floor_db for cell in cells], **FLOOR)
    axes.plot(xs, [cell.oracle_db for cell in cells], **ORACLE)


def draw_fractions(axes, cells, styles, value_of, hollow_of):
    for place, (name, style) in enumerate(styles.items()):
        own = sorted((cell for cell in cells if line_name(cell.place) == name), key=lambda cell: cell.place.fraction)
        fractions = [cell.place.fraction * 1.035 ** (place - (len(styles) - 1) / 2) for cell in own]  # side by side
        axes.plot(fractions, [value_of(cell).value for cell in own], color=style[0], linestyle=style[2])
        for cell, fraction in zip(own, fractions):
            draw_dot(axes, fraction, value_of(cell), style, hollow_of(cell))
    percent_axis(axes)


def level_handles():
    return [Line2D([], [], label="floor: mean image, no attack; chance", **FLOOR),
            Line2D([], [], label="nearest other image (oracle)", **ORACLE)]


def line_handles(styles):
    return [Line2D([], [], color=colour, marker=marker, linestyle=line, label=name) for name, (colour, marker, line) in styles.items()]


def hollow_handle():
    return Line2D([], [], color="#777777", marker="o", linestyle="none", markerfacecolor="white",
                  label="hollow: the attack failed, floor shown")


def varied_fractions(cells):
    """Is any line longer than a dot?"""
    return any(len({cell.place.fraction for cell in cells if line_name(cell.place) == name}) > 1 for name in line_names(cells))


def plot_fractions(cells, chain, folder):
    panels, styles = panels_of(cells), styles_of(line_names(cells))
    figure, axes = plt.subplots(3, len(panels), figsize=(max(6.4, 1.4 + 3.4 * len(panels)), 9.2), squeeze=False, sharex="col", sharey="row",
                                constrained_layout=True)
    for column, (key, own) in enumerate(panels.items()):
        above, middle, below = axes[:, column]
        fractions = sorted(own, key=lambda cell: cell.place.fraction)
        draw_levels(above, [cell.place.fraction for cell in fractions], fractions)
        draw_fractions(above, own, styles, floored, lambda cell: cell.is_floor)
        draw_fractions(middle, own, styles, lambda cell: cell.rate(SUCCESS), lambda cell: False)
        draw_fractions(below, own, styles, lambda cell: cell.identified, lambda cell: False)
        below.plot([cell.place.fraction for cell in fractions], [cell.chance for cell in fractions], **FLOOR)
        above.set_title(panel_title(*key), fontsize=10)
        below.set_xlabel("share of the model that is published")
    axes[0, 0].set_ylabel("PSNR of the best attack (dB)")
    axes[1, 0].set_ylabel("images recovered (share)")
    axes[2, 0].set_ylabel("images identified (share)")
    for line in axes[1:]:
        line[0].set_ylim(-0.03, 1.03)
    counts = sorted({cell.psnr_db.n for cell in cells})
    figure.suptitle(f"Leakage against what is published, chain {chain} (n = {span(counts)} images a dot)")
    legend_below(figure, line_handles(styles) + level_handles() + [hollow_handle()], columns=3)
    save(figure, folder, f"{chain}-leakage-fraction")


def span(counts):
    return str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"


def plot_arms(cells, chain, folder):
    """Where nothing but the arm differs: a line for each."""
    panels, names = panels_of(cells), line_names(cells)
    figure, axes = plt.subplots(1, len(panels), figsize=(max(6.4, 1.8 + 3.2 * len(panels)), 2.2 + 0.35 * len(names)), squeeze=False,
                                sharex=True, sharey=True, constrained_layout=True)
    for each, (key, own) in zip(axes[0], panels.items()):
        for cell in own:
            y, found = names.index(line_name(cell.place)), floored(cell)
            each.errorbar([found.value], [y], xerr=arms_of_bar(found), color=BLUE, marker="o", capsize=3,
                          markerfacecolor="white" if cell.is_floor else BLUE)
            each.plot([cell.floor_db] * 2, [y - 0.35, y + 0.35], **{**FLOOR, "linestyle": "-"})
            each.plot([cell.oracle_db] * 2, [y - 0.35, y + 0.35], **{**ORACLE, "linestyle": "-"})
        each.set_title(panel_title(*key), fontsize=10)
        each.set_xlabel("PSNR of the best attack (dB)")
    axes[0, 0].set_yticks(range(len(names)), names)
    axes[0, 0].set_ylim(len(names) - 0.5, -0.5)
    figure.suptitle(f"Leakage, chain {chain} (n = {span(sorted({cell.psnr_db.n for cell in cells}))} images a dot)")
    legend_below(figure, [Line2D([], [], label="floor: mean image, no attack", **{**FLOOR, "linestyle": "-"}),
                          Line2D([], [], label="nearest other image (oracle)", **{**ORACLE, "linestyle": "-"}), hollow_handle()], columns=2)
    save(figure, folder, f"{chain}-leakage-arms")


# ---- accuracy against leakage --------------------------------------------------------------------------------------------------

def last_score(run, chain, column):
    """A run's last figure on the global test rows; NaN where there is none."""
    rows = run.table(f"chains/{chain}/rounds")
    known = rows[column][np.isfinite(rows[column])] if rows is not None else []
    return float(known[-1]) if len(known) else math.nan


def spent_epsilon(run, chain):
    """What the member that spent most has spent by the end; NaN without noise."""
    rows = run.of_chain("egress", chain)
    known = rows["epsilon"][np.isfinite(rows["epsilon"])] if rows is not None and "epsilon" in rows.dtype.names else []
    return float(np.max(known)) if len(known) else math.nan


def trade_offs(runs, cells, chain, column):
    """For each arm and fraction: its name, the fraction, the worst cell (where most leaked above the floor) and the mean score over seeds."""
    found = []
    for key in dict.fromkeys((cell.place.arm, cell.place.policy) for cell in cells):
        own = [cell for cell in cells if (cell.place.arm, cell.place.policy) == key]
        worst = max(own, key=lambda cell: cell.gain_db.value)
        names = {name for cell in own for rows in cell.attacks.values() for name in rows["run"]}
        score = mean_over_seeds([last_score(run, chain, column) for run in runs if run.name in names])
        found.append((line_name(worst.place), worst.place.fraction, worst, score))
    return found


def pareto(points):
    """Places of the points (leakage, score) than which no other leaks less and scores as much, or leaks as little and scores more."""
    return [i for i, (leak, score) in enumerate(points)
            if not any(l <= leak and s >= score and (l, s) != (leak, score) for l, s in points)]


def gain_shown(cell):
    """Above the floor in dB, at least 0: a failed attack leaves the prior's knowledge."""
    return Interval(max(0.0, cell.gain_db.value), max(0.0, cell.gain_db.low), max(0.0, cell.gain_db.high), cell.gain_db.n)


def frame_scores(axes, scores):
    """Bars of few seeds may be many times as long as what tells the dots apart: they may leave the picture."""
    low, high = min(scores), max(scores)
    room = 0.15 * (high - low) + 0.01
    axes.set_ylim(low - room, min(high + room, 1.01))


def draw_trade_offs(axes, found, styles):
    """A line for each policy, from what publishes all to what publishes least; shares are written beside what lies on the front."""
    points = [(gain_shown(cell).value, score.value) for _, _, cell, score in found]
    front = sorted(pareto(points), key=lambda i: points[i])
    axes.plot([points[i][0] for i in front], [points[i][1] for i in front], color="#999999", linewidth=5, alpha=0.45, zorder=1,
              solid_capstyle="round", drawstyle="steps-post")
    for name, (colour, _, dashes) in styles.items():
        own = [points[i] for i, one in enumerate(found) if one[0] == name]
        axes.plot(*zip(*own), color=colour, linestyle=dashes, linewidth=0.8, zorder=2)
    for i, (name, fraction, cell, score) in enumerate(found):
        colour, marker, _ = styles[name]
        gain = gain_shown(cell)
        axes.errorbar([gain.value], [score.value], xerr=arms_of_bar(gain), yerr=arms_of_bar(score), color=colour, marker=marker,
                      capsize=2, elinewidth=0.9, markerfacecolor="white" if cell.is_floor else colour, zorder=3)
        if i in front:
            axes.annotate(percent(fraction), points[i], textcoords="offset points", xytext=(5, 6), fontsize=8, color=colour)
    frame_scores(axes, [score for _, score in points])
    axes.set_xlabel("PSNR above the mean image (dB),\nbest attack of any observer and round")
    axes.margins(x=0.09)


def plot_trade_offs(runs, cells, chain, folder):
    columns = [(column, label) for column, label in (("test_auc", "test AUC"), ("test_accuracy", "test accuracy"))
               if any(math.isfinite(score.value) for *_, score in trade_offs(runs, cells, chain, column))]
    if not columns:
        return
    styles = styles_of(line_names(cells))
    figure, axes = plt.subplots(1, len(columns), figsize=(max(6.4, 5 * len(columns)), 4.6), squeeze=False, constrained_layout=True)
    for each, (column, label) in zip(axes[0], columns):
        found = [one for one in trade_offs(runs, cells, chain, column) if math.isfinite(one[3].value)]
        draw_trade_offs(each, found, styles)
        each.set_ylabel(label)
    figure.suptitle(f"Accuracy against leakage, chain {chain}: up and to the left is better")
    front = Line2D([], [], color="#999999", linewidth=5, alpha=0.45, label="Pareto front")
    handles = [Line2D([], [], color=colour, marker=marker, linestyle="none", label=name) for name, (colour, marker, _) in styles.items()]
    legend_below(figure, [*handles, front, hollow_handle()], columns=3)
    save(figure, folder, f"{chain}-leakage-accuracy")


# ---- epsilon -------------------------------------------------------------------------------------------------------------------

def by_epsilon(runs, cells, chain):
    """For each arm whose runs spend epsilon (mean over seeds), and for those that do not (NaN): accuracy, AUC, the worst cell or None."""
    found = []
    for arm in dict.fromkeys(run.arm for run in runs):
        own = [run for run in runs if run.arm == arm and chain in run.chains()]
        spent = [spent_epsilon(run, chain) for run in own]
        epsilon = float(np.mean(spent)) if spent and np.isfinite(spent).all() else math.nan
        of_arm = [cell for cell in cells if cell.place.arm == arm]
        worst = max(of_arm, key=lambda cell: cell.gain_db.value) if of_arm else None
        found.append((epsilon, *(mean_over_seeds([last_score(run, chain, column) for run in own])
                                 for column in ("test_accuracy", "test_auc")), worst))
    return sorted(found, key=lambda one: (math.isnan(one[0]), one[0]))


def draw_over_epsilon(axes, found, value_of, label):
    for epsilon, *rest in found:
        value = value_of(*rest)
        if value is None or not math.isfinite(value.value):
            continue
        if math.isfinite(epsilon):
            draw_dot(axes, epsilon, value, LINES[0])
        else:
            axes.axhline(value.value, **FLOOR)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set(xlabel="epsilon spent by the end", ylabel=label)


def plot_epsilon(runs, cells, chain, folder):
    found = by_epsilon(runs, cells, chain)
    if not any(math.isfinite(epsilon) for epsilon, *_ in found):
        return
    panels = [(lambda accuracy, auc, worst: accuracy, "test accuracy"), (lambda accuracy, auc, worst: auc, "test AUC")]
    if cells:
        panels.append((lambda accuracy, auc, worst: gain_shown(worst) if worst else None, "PSNR above the mean image (dB)"))
    figure, axes = plt.subplots(1, len(panels), figsize=(3.6 * len(panels), 4), constrained_layout=True)
    for each, (value_of, label) in zip(axes, panels):
        draw_over_epsilon(each, found, value_of, label)
    figure.suptitle(f"What differential privacy costs and keeps back, chain {chain}")
    legend_below(figure, [Line2D([], [], color=BLUE, marker="o", linestyle="none", label="mean over seeds, 95 % interval"),
                          Line2D([], [], label="without noise", **FLOOR)])
    save(figure, folder, f"{chain}-epsilon")


# ---- labels --------------------------------------------------------------------------------------------------------------------

def label_skills(rows):
    """(arm or policy, observer, attack) -> [(fraction, mean skill with its interval)], rounds and updates together."""
    found = {}
    for i, row in enumerate(rows):
        name = row["arm"] or family(row["policy"])
        found.setdefault((name, row["observer"], row["attack"]), {}).setdefault(round(float(row["shared_fraction"]), 6), []).append(i)
    return {key: [(fraction, label_skill(rows[places])) for fraction, places in sorted(fractions.items())] for key, fractions in found.items()}


def plot_labels(rows, chain, folder):
    skills = label_skills(rows)
    panels = list(dict.fromkeys((name, observer) for name, observer, _ in skills))
    attacks = list(dict.fromkeys(attack for *_, attack in skills))
    styles = styles_of(attacks)
    figure, axes = grid_of(len(panels), 3.4)
    for each, panel in zip(axes.flat, panels):
        for attack in attacks:
            points = [one for one in skills.get((*panel, attack), []) if math.isfinite(one[1].value)]
            each.plot([x for x, _ in points], [found.value for _, found in points], color=styles[attack][0], linestyle=styles[attack][2])
            for fraction, found in points:
                draw_dot(each, fraction, found, styles[attack])
        each.axhline(0, **FLOOR)
        each.set_title(", ".join(panel), fontsize=10)
        percent_axis(each)
        each.set_xlabel("share of the model that is published")
    for line in axes:
        line[0].set_ylabel("skill of label counts")
    figure.suptitle(f"Labels told from updates, chain {chain}: 1 all, 0 no more than by chance")
    legend_below(figure, [*line_handles(styles), Line2D([], [], label="chance", **FLOOR)])
    save(figure, folder, f"{chain}-leakage-labels")


# ---- membership ----------------------------------------------------------------------------------------------------------------

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


def plot_leakage(runs, chain, folder, study=False):
    inversion, labels = collected(runs, "inversion", chain), collected(runs, "labels", chain)
    cells = cells_of(inversion) if inversion is not None else []
    if cells:
        (plot_fractions if varied_fractions(cells) else plot_arms)(cells, chain, folder)
        plot_trade_offs(runs, cells, chain, folder)
    if labels is not None:
        plot_labels(labels, chain, folder)
    plot_epsilon(runs, cells, chain, folder)
    plot_roc(runs, chain, folder)
    if study:
        plot_arm_reconstructions(runs, cells, chain, folder)
        return
    for run in runs:
        plot_reconstructions(run, chain, folder, "" if len(runs) == 1 else f"-{run.name}")
