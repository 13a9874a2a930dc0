// The labels behind an update, read off its head: exact where it is one record's, and where an attack starts from otherwise.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/leakage/evidence.hpp"

namespace polyclinic {

// int64 (rows behind the update), sorted: told ones at T3; else what make_bias_corrected() finds, or where the bias tells nothing
// make_row_sums() (Zhao, Mopuri, Bilen 2020): the label, of one record. Undefined: nothing that is published of the head tells.
[[nodiscard]] at::Tensor labels_behind(const Evidence& evidence);

// What an attack should try one after the other, keeping what it matches best: labels_behind() where they are defined, and of several
// records also what make_class_prior() makes of public images, if that differs (signs give all records of two classes to one). Where
// they are undefined, of a single record and up to 10 classes each label, since descents that vary the label too get stuck at a wrong
// one; else one that is undefined, for with_open_labels(). Never empty.
[[nodiscard]] std::vector<at::Tensor> labels_to_try(const Evidence& evidence, const ImagePrior& prior);

}  // namespace polyclinic
