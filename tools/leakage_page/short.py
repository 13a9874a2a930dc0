"""The page's first answer: a line for each study, computed from it like everything else."""
import math

from pages import listed, number
from plotting.epsilon import by_epsilon
from plotting.measures import over_seeds, percent
from sections import strongest
from words import measured, signed, view


def arms_in_short(study):
    """Which settings let images through, the most first, and which were not shown to."""
    worst = strongest(study.cells, lambda place: place.arm)
    above = sorted((cell for cell in worst if cell.gain_db.above), key=lambda cell: -cell.gain_db.value)
    others = [cell.place.arm for cell in worst if not cell.gain_db.above]
    parts = [f"beyond the mean image are {listed(f'`{cell.place.arm}` ({signed(cell.gain_db.value, 1)} dB; {view(cell.place)})' for cell in above)}"
             if above else "no setting was shown to let more through than the mean image"]
    if others:
        parts.append(f"not shown to be {listed(f'`{arm}`' for arm in others)}")
    telling = [arm for arm in others if any(cell.identifies for cell in study.cells if cell.place.arm == arm)]
    if telling:
        parts.append(f"of these {listed(f'`{arm}`' for arm in telling)} {'lets' if len(telling) == 1 else 'let'} images be told from others all the same")
    if study.unattacked:
        parts.append(f"no image was attacked of {listed(f'`{arm}`' for arm in study.unattacked)}")
    return "; ".join(parts) + "."


def labels_in_short(study):
    """For each line the smallest share at which an attack tells labels better than by chance."""
    least = {}
    for (name, fraction, _, _, _), skill in study.skills.items():
        if skill.above:
            least[name] = min(fraction, least.get(name, math.inf))
    if not least:
        return "no attack told labels better than by chance."
    return "labels are told better than by chance with as little as " + listed(
        f"{percent(fraction)} (`{name}`)" for name, fraction in sorted(least.items())) + " published."


def membership_in_short(study):
    """By epsilon: what is left of the accuracy, and of the attack on membership that is best on average."""
    parts = []
    for epsilon, runs in by_epsilon(study.runs, study.chain):
        arm = runs[0].arm
        attacked = {key: over_seeds(rows, "auc") for key, rows in study.membership.items() if key[0] == arm and key[3].startswith("procedure")}
        if attacked:
            best = max(attacked, key=lambda key: attacked[key].value)
            spent = f"`{arm}`" if math.isnan(epsilon) else f"epsilon {number(epsilon, 0)}"
            parts.append(f"{spent}: test AUC {number(study.score(runs, 'test_auc').value, 3)}, membership AUC "
                         f"{measured(attacked[best].within(0, 1), 3)} (`{best[4]}`)")
    return "; ".join(parts) + "." if parts else "no attack on membership was carried out."


def short(study):
    """Every answer; the template takes those that fit the study."""
    return {"arms": arms_in_short(study), "labels": labels_in_short(study), "membership": membership_in_short(study)}
