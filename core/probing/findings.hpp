// What attacks came to, on its way into the result file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/leakage/roc.hpp"
#include "core/record/leakage_rows.hpp"
#include "core/record/recorder.hpp"

namespace polyclinic {

// Pictures: float32 (n, channels, height, width) in 0 .. 1, alike in shape; of one attack by one observer in one round.
struct Gallery {
  std::string folder;                // under /leakage/images
  at::Tensor originals;
  at::Tensor reconstructions;
};

struct CurvedMembership {
  MembershipRow row;
  std::vector<RocPoint> curve;       // thinned
};

struct Findings {
  std::vector<InversionRow> inversion;
  std::vector<LabelRow> labels;
  std::vector<CurvedMembership> membership;
  std::vector<PropertyRow> properties;
  std::vector<SkippedAttackRow> skipped;
  std::vector<Gallery> galleries;
};

// Appends findings to /leakage in the order in which they are given.
class FindingsRecord {
 public:
  explicit FindingsRecord(Recorder& recorder);
  void add(const Findings& findings);
  // The attacker's mean image of a chain, (channels, height, width), beside the reconstructions.
  void add_mean_image(const std::string& chain, const at::Tensor& mean);
  // `galleries` of one folder become one; `limit` images of each are kept.
  void add_pictures(const std::vector<Gallery>& galleries, std::int64_t limit);

 private:
  Recorder& recorder_;
  std::int64_t membership_rows_ = 0;
};

}  // namespace polyclinic
