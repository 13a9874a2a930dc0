"""What attacks got out of published updates (docs/results.md, /leakage): against the shared fraction and the accuracy, and labels.

An attack below the floor has failed, which shows nothing about safety: it is drawn at the floor. Whatever is not shown to be above it is
hollow.
"""
import math

from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullFormatter

from .epsilon import plot_epsilon
from .measures import cells_of, collected, family, gain_shown, label_skill, last_score, line_name, mean_over_seeds, percent
from .membership import plot_membership, plot_roc
from .reconstructions import plot_arm_reconstructions, plot_reconstructions
from .style import BLUE, FLOOR, arms_of_bar, draw_dot, grid_of, legend_below, line_handles, plt, save, styles_of

ORACLE = {"color": "#777777", "linestyle": ":", "linewidth": 1.6}
SUCCESS = "SSIM > 0.6 and above the nearest other image's"


def line_names(cells):
    return list(dict.fromkeys(line_name(cell.place) for cell in cells))


def panels_of(cells):
    """Cells by who attacked, knowing what, and in which round, in order."""
    panels = {}
    for cell in sorted(cells, key=lambda cell: (cell.place.observer, cell.place.tier, cell.place.round)):
        panels.setdefault((cell.place.observer, cell.place.tier, cell.place.round), []).append(cell)
    return panels


def panel_title(observer, tier, round_):
    assisted = ", assisted" if tier == "T3" else ""
    return f"{observer}, round {round_} ({tier}{assisted})"


def percent_axis(axes):
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(right=1.25)


def draw_levels(axes, xs, cells):
    """The floor and the oracle of each place, joined."""
    axes.plot(xs, [0] * len(xs), **FLOOR)
    axes.plot(xs, [cell.oracle_gain_db for cell in cells], **ORACLE)


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


def hollow_handle():
    return Line2D([], [], color="#777777", marker="o", linestyle="none", markerfacecolor="white",
                  label="hollow: not shown to be above the floor")


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
        draw_fractions(above, own, styles, gain_shown, lambda cell: not cell.gain_db.above)
        draw_fractions(middle, own, styles, lambda cell: cell.rate(SUCCESS), lambda cell: False)
        draw_fractions(below, own, styles, lambda cell: cell.identified, lambda cell: False)
        below.plot([cell.place.fraction for cell in fractions], [cell.chance for cell in fractions], **FLOOR)
        above.set_title(panel_title(*key), fontsize=10)
        below.set_xlabel("share of the model that is published")
    axes[0, 0].set_ylabel("best attack, dB above\nthe mean image")
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
            y, found = names.index(line_name(cell.place)), gain_shown(cell)
            each.errorbar([found.value], [y], xerr=arms_of_bar(found), color=BLUE, marker="o", capsize=3,
                          markerfacecolor="white" if not cell.gain_db.above else BLUE)
            each.plot([0] * 2, [y - 0.35, y + 0.35], **{**FLOOR, "linestyle": "-"})
            each.plot([cell.oracle_gain_db] * 2, [y - 0.35, y + 0.35], **{**ORACLE, "linestyle": "-"})
        each.set_title(panel_title(*key), fontsize=10)
        each.set_xlabel("best attack, dB above the mean image")
    axes[0, 0].set_yticks(range(len(names)), names)
    axes[0, 0].set_ylim(len(names) - 0.5, -0.5)
    figure.suptitle(f"Leakage, chain {chain} (n = {span(sorted({cell.psnr_db.n for cell in cells}))} images a dot)")
    legend_below(figure, [Line2D([], [], label="floor: mean image, no attack", **{**FLOOR, "linestyle": "-"}),
                          Line2D([], [], label="nearest other image (oracle)", **{**ORACLE, "linestyle": "-"}), hollow_handle()], columns=2)
    save(figure, folder, f"{chain}-leakage-arms")


# ---- accuracy against leakage --------------------------------------------------------------------------------------------------

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


def frame_scores(axes, scores):
    """Bars of few seeds may be many times as long as what tells the dots apart: they may leave the picture."""
    low, high = min(scores), max(scores)
    room = 0.15 * (high - low) + 0.01
    axes.set_ylim(low - room, min(high + room, 1.01))


def label_levels(starts, width):
    """For labels that start at these places, in order: the lowest line on which each is clear of those before it."""
    levels, ends = [], []
    for start in starts:
        level = next((i for i, end in enumerate(ends) if end <= start), len(ends))
        ends[level:level + 1] = [start + width]
        levels.append(level)
    return levels


def draw_trade_offs(axes, found, styles):
    """A line for each policy, from what publishes all to what publishes least; shares are written beside what lies on the front."""
    points = [(gain_shown(cell).value, score.value) for _, _, cell, score in found]
    front = sorted(pareto(points), key=lambda i: points[i])
    axes.plot([points[i][0] for i in front], [points[i][1] for i in front], color="#999999", linewidth=5, alpha=0.45, zorder=1,
              solid_capstyle="round", drawstyle="steps-post")
    for name, (colour, _, dashes) in styles.items():
        own = [points[i] for i, one in enumerate(found) if one[0] == name]
        axes.plot(*zip(*own), color=colour, linestyle=dashes, linewidth=0.8, zorder=2)
    for name, _, cell, score in found:
        colour, marker, _ = styles[name]
        gain = gain_shown(cell)
        axes.errorbar([gain.value], [score.value], xerr=arms_of_bar(gain), yerr=arms_of_bar(score), color=colour, marker=marker,
                      capsize=2, elinewidth=0.9, markerfacecolor="white" if not cell.gain_db.above else colour, zorder=3)
    frame_scores(axes, [score for _, score in points])
    axes.set_xlabel("PSNR above the mean image (dB),\nbest attack of any observer and round")
    axes.margins(x=0.09)
    label_width = 0.11 * (axes.get_xlim()[1] - axes.get_xlim()[0])
    for i, level in zip(front, label_levels([points[i][0] for i in front], label_width)):
        axes.annotate(percent(found[i][1]), points[i], textcoords="offset points", xytext=(5, 6 + 10 * level), fontsize=8,
                      color=styles[found[i][0]][0])


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


def plot_leakage(runs, chain, folder, study=False):
    inversion, labels = collected(runs, "inversion", chain), collected(runs, "labels", chain)
    cells = cells_of(inversion) if inversion is not None else []
    if cells:
        (plot_fractions if varied_fractions(cells) else plot_arms)(cells, chain, folder)
        plot_trade_offs(runs, cells, chain, folder)
    if labels is not None:
        plot_labels(labels, chain, folder)
    if not plot_epsilon(runs, cells, chain, folder):  # which has membership in it
        plot_membership(runs, chain, folder)
    plot_roc(runs, chain, folder)
    if study:
        plot_arm_reconstructions(runs, cells, chain, folder)
        return
    for run in runs:
        plot_reconstructions(run, chain, folder, "" if len(runs) == 1 else f"-{run.name}")
