"""What differential privacy costs and keeps back: accuracy, images and membership against the epsilon that was spent."""
import math

import numpy as np

from .measures import collected, gain_shown, last_score, mean_over_seeds
from .membership import draw_arms, membership_of
from .style import BLUE, FLOOR, Line2D, legend_below, line_handles, plt, save, styles_of

PLAIN = {"": (BLUE, "o", "-")}


def spent_epsilon(run, chain):
    """What the member that spent most has spent by the end; NaN without noise."""
    rows = run.of_chain("egress", chain)
    known = rows["epsilon"][np.isfinite(rows["epsilon"])] if rows is not None and "epsilon" in rows.dtype.names else []
    return float(np.max(known)) if len(known) else math.nan


def by_epsilon(runs, chain):
    """(epsilon, runs) of each arm, mean over seeds: the strictest first, those without noise (NaN) last."""
    found = []
    for arm in dict.fromkeys(run.arm for run in runs):
        own = [run for run in runs if run.arm == arm and chain in run.chains()]
        spent = [spent_epsilon(run, chain) for run in own]
        if own:
            found.append((float(np.mean(spent)), own))
    return sorted(found, key=lambda one: (math.isnan(one[0]), one[0]))


def scores(arms, chain, column):
    return [{"": mean_over_seeds([last_score(run, chain, column) for run in own]).within(0, 1)} for _, own in arms]


def gains(arms, cells):
    """Of the cell where most leaked above the mean image."""
    found = []
    for _, own in arms:
        of_arm = [cell for cell in cells if cell.place.arm == own[0].arm]
        found.append({"": gain_shown(max(of_arm, key=lambda cell: cell.gain_db.value))} if of_arm else {})
    return found


def panels_of(arms, cells, membership, chain):
    """(label, the level without an attack or None, a figure for each arm by its name)."""
    found = [("test accuracy", None, scores(arms, chain, "test_accuracy")), ("test AUC", None, scores(arms, chain, "test_auc"))]
    if cells:
        found.append(("PSNR above the mean image (dB)", None, gains(arms, cells)))
    if membership is not None:
        own = [runs for _, runs in arms]
        found += [(f"AUC of membership, {target}", 0.5, membership_of(own, membership, target)) for target in np.unique(membership["target"])]
    return found


def plot_epsilon(runs, cells, chain, folder):
    """Whether any run spends epsilon, and so there is a picture."""
    arms = by_epsilon(runs, chain)
    if not any(math.isfinite(epsilon) for epsilon, _ in arms):
        return False
    membership = collected(runs, "membership", chain)
    panels = panels_of(arms, cells, membership, chain)
    attacks = styles_of(np.unique(membership["attack"])) if membership is not None else {}
    columns = 2 if len(panels) in (2, 4) else 3
    figure, axes = plt.subplots(math.ceil(len(panels) / columns), columns, squeeze=False, constrained_layout=True,
                                figsize=(4.2 * columns, 0.9 + 3.4 * math.ceil(len(panels) / columns)))
    for each, panel in zip(axes.flat, panels):
        label, level, figures = panel
        draw_arms(each, figures, PLAIN | attacks, level)
        each.set(xlabel="epsilon spent by the end", ylabel=label)
        each.set_xticks(range(len(arms)), [f"{epsilon:.3g}" if math.isfinite(epsilon) else own[0].arm or "no noise" for epsilon, own in arms])
    for unused in axes.flat[len(panels):]:
        unused.set_visible(False)
    figure.suptitle(f"What differential privacy costs and keeps back, chain {chain}: means over seeds, 95 % intervals")
    legend_below(figure, [*line_handles({name: (colour, marker, "none") for name, (colour, marker, _) in attacks.items()}),
                          Line2D([], [], label="chance", **FLOOR)])
    save(figure, folder, f"{chain}-epsilon")
    return True
