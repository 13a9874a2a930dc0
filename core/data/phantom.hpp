// Images that need no data: a body with an organ in it, vessels and specks that are no illness, and perhaps a lesion.
//
// Lengths are shares of the image's side, grey levels 0..1. Every row has a body (an ellipse), an organ (a brighter ellipse
// of random place, shape and angle), smooth texture, vessels (thin lines), specks (a third of a lesion's width) and blobs
// outside the organ that look like lesions. A lesion lies inside the organ: a model has to learn size, shape and
// place, not brightness. Class 0 has none; classes 1 to 4 are a solid, ring-shaped, elongated and twin lesion.
//
// lesion_shift s makes a similar task of it: the same bodies, with lesions of another look. What a lesion of class c adds to a
// pixel is (1 - s) times what it would, plus s times what a lesion of class c + 1 in the same place, of the same width and
// brightness would (class 4: of class 1, however many classes there are). Of two tasks with two classes, one at s = 0 and one
// at s = 1, so the one has solid lesions and the other ring-shaped ones. All else is drawn as before. (At its brightness a ring
// adds about twice the light of a solid lesion.)
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/seed.hpp"
#include "core/data/dataset.hpp"
#include "core/data/scanner.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

constexpr std::int64_t most_phantom_classes = 5;

// Grey levels (size_pixels x size_pixels, row by row) of one image of class `label`, as an ideal scanner sees it.
[[nodiscard]] std::vector<float> draw_phantom(std::int64_t size_pixels, std::int64_t label, double lesion_contrast,
                                              double lesion_shift, Seed seed);

// The scanner of natural site `site`: config.scanner_spread scales the deviations of its gain, offset, blur and noise;
// config.noise is added to its own.
[[nodiscard]] Scanner phantom_scanner(const PhantomConfig& config, std::int64_t site, Seed seed);

// config.train_rows and test_rows images; exactly round(prevalence * rows) of each have a lesion, kinds in equal numbers;
// rows go to the sites in turn. Row i depends on the seed, i and its label alone. Throws UsageError on a setting out of
// range.
[[nodiscard]] Collection make_phantom(const PhantomConfig& config, Seed seed);

}  // namespace polyclinic
