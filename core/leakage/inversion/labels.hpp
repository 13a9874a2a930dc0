// The labels behind an update, read off its head: exact where it is one record's, and where an attack starts from otherwise.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/leakage/evidence.hpp"

namespace polyclinic {

// int64 (rows behind the update), sorted: told ones at T3; else from the gradient of the head's bias (p - 1 at the label, p elsewhere,
// averaged over rows), or where no bias that rose is published from the row sums of the gradient of its weight (Zhao, Mopuri, Bilen
// 2020; for features of one sign). One record has the label of the lowest gradient. Of several, first every class with a negative one,
// then again and again the lowest after taking from it what one record contributes (Yin et al. 2021, as corrected in breaching).
// Undefined: nothing of the head is published, or nothing of it rose.
[[nodiscard]] at::Tensor labels_behind(const Evidence& evidence);

// What an attack should try one after the other, keeping what it matches best: labels_behind() where they are defined; else, of a single
// record and up to 10 classes, each label, since descents that vary the label too get stuck at a wrong one; else one that is
// undefined, for with_open_labels(). Never empty.
[[nodiscard]] std::vector<at::Tensor> labels_to_try(const Evidence& evidence);

}  // namespace polyclinic
