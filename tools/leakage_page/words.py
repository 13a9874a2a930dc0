"""Numbers, tables and sentences as the page writes them. What failed is never called safe."""
import math

from pages import listed, number, signed
from plotting.leakage import panel_title
from plotting.measures import percent


def between(found, digits=1, write=number):
    return f"[{write(found.low, digits)}, {write(found.high, digits)}]" if math.isfinite(found.low) else "(no interval)"


def measured(found, digits=1):
    """"24.1 [22.0, 25.3]"."""
    return "–" if not math.isfinite(found.value) else f"{number(found.value, digits)} {between(found, digits)}"


def change(found, digits=1):
    """"**+7.1** [5.0, 8.3]"; bold where the interval lies above zero: something leaked."""
    if not math.isfinite(found.value):
        return "–"
    mark = "**" if found.above else ""
    return f"{mark}{signed(found.value, digits)}{mark} {between(found, digits, signed)}"


def hundredths(share):
    """Whole per cent, but 0.4 for what would round to nothing."""
    return f"{100 * share:.0f}" if share >= 0.01 or share == 0 else f"{100 * share:.1g}"


def rate(found, bold=False):
    """"35 % [23, 48]"."""
    if not math.isfinite(found.value):
        return "–"
    mark = "**" if bold else ""
    return f"{mark}{hundredths(found.value)} %{mark} [{hundredths(found.low)}, {hundredths(found.high)}]"


def view(place):
    """Who attacks, when, and knowing what: as the pictures' titles have it."""
    return panel_title(place.observer, place.tier, place.round)


def size(value):
    for unit in ("B", "kB", "MB", "GB"):
        if abs(value) < 1000 or unit == "GB":
            return f"{value:.3g} {unit}"
        value /= 1000


def verdict(name, cells):
    """One policy or arm: at which shares, by whom, attacks were above the floor; where they were not, no more than that."""
    groups = {}
    for cell in cells:
        groups.setdefault(cell.verdict, []).append(cell)
    sentences = []
    for said in ("above the floor", "not told apart from the floor", "at the floor: these attacks failed"):
        if said in groups:
            sentences.append(sentence(said, groups[said]))
    failed = [cell for cell in cells if not cell.gain_db.above]
    telling = [cell for cell in failed if cell.identifies]
    if telling:
        most = max(telling, key=lambda cell: cell.identified.value)
        sentences.append(f"Yet in {len(telling)} of the latter {len(failed)} more images are identified than by chance (up to "
                         f"{rate(most.identified)}, by chance {percent(most.chance)}).")
    return f"- **{name}**: " + " ".join(sentences)


def sentence(said, cells):
    where = listed(dict.fromkeys(f"{percent(cell.place.fraction)}" for cell in cells))
    gains = [cell.gain_db.value for cell in cells]
    extent = f"{signed(min(gains), 1)} to {signed(max(gains), 1)} dB" if len(gains) > 1 else f"{signed(gains[0], 1)} dB"
    views = f"view ({view(cells[0].place)})" if len(cells) == 1 else "views"
    if said == "above the floor":
        return f"Above the floor in {len(cells)} {views}, with {where} published ({extent} beyond the mean image)."
    if said.startswith("not"):
        return f"Not told apart from the floor in {len(cells)} {views}, with {where} published."
    return (f"Attacks failed in {len(cells)} {views}, with {where} published: what is known of the images is the floor, "
            "and stronger attacks are not excluded.")
