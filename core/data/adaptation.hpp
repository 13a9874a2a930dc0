// What a chain makes of a data set for itself: a share of its rows, labels dealt out anew, a scanner of its own. Each takes a
// Collection and gives it back; where nothing is asked for it is the very same, without a copy.
#pragma once

#include "core/base/seed.hpp"
#include "core/data/dataset.hpp"
#include "core/scenario/scenario.hpp"

namespace polyclinic {

// The training rows, and likewise the validation rows, whose place lies in [from, to): row k (from 0) of the n rows of a
// class, in an order drawn from `common`, has the place (k + 1/2) / n. Disjoint shares hold disjoint rows, shares that cover
// 0 to 1 hold all of them, and a class with n rows gives n * (to - from), give or take less than 1; the same images in other
// pixels are drawn alike. What is taken keeps its order, and the test rows stay. A table is normalized anew, by its training
// rows that are left. Throws UsageError unless 0 <= from < to <= 1, and where no training row is left.
[[nodiscard]] Collection share_of(Collection collection, double from, double to, Seed common);

// The training labels in random order, and likewise the validation labels: inputs no longer tell them, each class has as many
// rows as before. Test labels stay; the test rows that institutions cut from their own share have the new ones.
[[nodiscard]] Collection with_permuted_labels(Collection collection, Seed seed);

// All images, test images too, as one scanner renders them (core/data/scanner.hpp; row i of a part draws its noise from seed /
// part / i). Throws UsageError where it would change a table.
[[nodiscard]] Collection seen_through(Collection collection, const AcquisitionConfig& config, Seed seed);

}  // namespace polyclinic
