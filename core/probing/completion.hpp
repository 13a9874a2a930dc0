// What an attacker puts where institutions keep numbers to themselves: it trains them on public rows, with all that is published frozen.
#pragma once

#include "core/compute/pool.hpp"
#include "core/probing/shadows.hpp"

namespace polyclinic {

class Completion {
 public:
  // Labelled rows that nobody was trained on and that are no candidates: at most 1,000 of the data set's official test rows; where there
  // are none, the candidates' population (which RMIA then asks about too).
  Completion(const ShadowSetting& setting, Seed seed);

  // The common model, where it is wanted, and in each update the model before it, with the private numbers trained from their public initial
  // values: 20 epochs for the first model of a sequence and for the last one, one epoch more from round to round. The chain's training
  // otherwise, with gradients clipped to length 1 and without DP-SGD, which nobody needs on public rows. NaN where there are no such rows, or
  // where they cannot be trained on: the published part is beyond what a computer holds. Personal models are left as they are, and so is
  // everything where nothing is private. A target and its shadows are completed alike, from the same seed.
  [[nodiscard]] Remains complete(Remains remains, Pool& pool) const;

 private:
  // `model`, both flat, with its private numbers trained from those of `start`, or NaN.
  [[nodiscard]] ParameterSet completed(const at::Tensor& model, const at::Tensor& start, std::int64_t epochs, Seed seed, Pool& pool) const;
  void complete_updates(Remains& remains, Pool& pool) const;

  ChainPlanPointer plan_;
  bool wants_model_;
  Rows rows_;
  at::Tensor missing_;               // 1 for each private coordinate, flat over the layout; undefined: there is none
  Seed seed_;
};

}  // namespace polyclinic
