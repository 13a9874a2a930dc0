"""What attacks made of images, beside the originals and the mean image that needs no attack."""
import math

import numpy as np

from .measures import line_name, percent
from .style import plt, save

MOST_IMAGES = 8


def psnr_db(image, original):
    """Of pixels in 0 .. 1, clamped; at most 100 dB, as /leakage/inversion has it."""
    mse = float(np.mean((np.clip(image, 0, 1) - np.clip(original, 0, 1)) ** 2))
    return 100.0 if mse <= 1e-10 else -10 * math.log10(mse)


def draw_image(axes, image, caption):
    image = np.clip(image, 0, 1)
    axes.imshow(image[0] if len(image) == 1 else np.moveaxis(image, 0, -1), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_xlabel(caption, fontsize=8, labelpad=2)


def image_rows(originals, named, mean):
    """(name, images, captions) of each line: the originals, what was made of them, and the mean image that needs no attack."""
    count = min(MOST_IMAGES, len(originals))
    lines = [("original", originals[:count], [""] * count)]
    lines += [(name, images[:count], [f"{psnr_db(image, own):.1f} dB" for image, own in zip(images[:count], originals)])
              for name, images in named]
    if mean is not None:
        lines.append(("mean image\n(no attack)", [mean] * count, [f"{psnr_db(mean, own):.1f} dB" for own in originals[:count]]))
    return lines


def draw_grid(lines, title, folder, name):
    count = len(lines[0][1])
    figure, axes = plt.subplots(len(lines), count, figsize=(max(6.4, 1.5 + 1.05 * count), 0.7 + 1.25 * len(lines)), squeeze=False,
                                constrained_layout=True)
    for row, (label, images, captions) in zip(axes, lines):
        for each, image, caption in zip(row, images, captions):
            draw_image(each, image, caption)
        row[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9)
    figure.suptitle(title, fontsize=11)
    save(figure, folder, name)


def of_view(galleries):
    """By "OBSERVER-round-R": the galleries of its attacks."""
    found = {}
    for name, images in galleries.items():
        attack, _, view = name.partition("-")
        found.setdefault(view, {})[attack] = images
    return found


def plot_reconstructions(run, chain, folder, suffix=""):
    """The first images of each view, whatever became of them: a line for each attack."""
    for view, attacks in sorted(of_view(run.galleries(chain)).items()):
        originals = next(iter(attacks.values()))[0]
        named = [(attack.replace("_", " "), images) for attack, (own, images) in sorted(attacks.items()) if np.array_equal(own, originals)]
        draw_grid(image_rows(originals, named, run.mean_image(chain)), f"Reconstructions, chain {chain}, {view.replace('-', ' ')}", folder,
                  f"{chain}-reconstructions-{view}{suffix}")


def plot_arm_reconstructions(runs, cells, chain, folder):
    """A study's first seed: for each arm and view a line for each fraction, of the attack that was best over all victims and seeds."""
    views = {}
    for cell in cells:
        first = min(cell.rows["seed"])
        run = next((run for run in runs if run.seed == first and run.name in set(cell.rows["run"])), None)
        view = f"{cell.place.observer}-round-{cell.place.round}"
        images = run.galleries(chain).get(f"{cell.best}-{view}") if run else None
        if images:
            views.setdefault((line_name(cell.place), view), []).append((cell, run, *images))
    for (arm, view), found in views.items():
        _, run, originals, _ = found[0]
        named = [(f"{percent(cell.place.fraction)}\n{cell.best.replace('_', ' ')}", images)
                 for cell, _, own, images in found if np.array_equal(own, originals)]
        draw_grid(image_rows(originals, named, run.mean_image(chain)), f"Reconstructions by what is published, {arm}, {view.replace('-', ' ')}",
                  folder, f"{chain}-reconstructions-{arm.replace(' ', '-')}-{view}")
