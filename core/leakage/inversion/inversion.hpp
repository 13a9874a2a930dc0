// From an update back to the images behind it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"
#include "core/leakage/evidence.hpp"

namespace polyclinic {

struct InversionSettings {
  std::int64_t iterations = 0;       // of one attempt; 0: the attack's own
  std::int64_t restarts = 1;         // the attempt of least attack loss counts: the truth has no say in it
  double total_variation = -1.0;     // weight of the smoothness prior, against an update not matched at all; -1: the attack's
                                     // own; DLG and iDLG have none
};

struct Reconstruction {
  at::Tensor images;                 // float32 (samples, channels, height, width) in 0 .. 1, in no particular order
  at::Tensor labels;                 // int64 (samples), of these images; undefined: the attack does not guess them
  double loss = 0.0;                 // the attack's objective, of the attempt that counts
};

class InversionAttack {
 public:
  virtual ~InversionAttack() = default;
  // Empty: it can be tried on this evidence; else why not ("no linear layer is published").
  [[nodiscard]] virtual std::string obstacle(const Evidence& evidence) const = 0;
  // Unpublished coordinates are unknown, not zero. A pure function; differentiates, so not under a NoGradGuard.
  [[nodiscard]] virtual Reconstruction reconstruct(const Evidence& evidence, const ImagePrior& prior, Seed seed) const = 0;
};

[[nodiscard]] std::vector<NamedKind> inversion_attacks();
[[nodiscard]] std::unique_ptr<const InversionAttack> make_inversion_attack(const std::string& name, const InversionSettings& settings);

}  // namespace polyclinic
