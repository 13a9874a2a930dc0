// The only way from a PrivateUpdate to a SharedUpdate: an ordered list of steps (select, clip, add noise, compress).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/named_kind.hpp"
#include "core/base/seed.hpp"
#include "core/learning/parameters.hpp"
#include "core/scenario/scenario.hpp"
#include "core/sharing/exposure.hpp"
#include "core/sharing/update.hpp"

namespace polyclinic {

// What a policy remembers for one institution between rounds.
struct PolicyState {
  at::Tensor residual;     // flat over the shareable coordinates; undefined where not used
  std::int64_t rounds = 0; // updates shared so far
  Exposure exposed;        // of the shareable coordinates, by all of them
};

// What left the institution in one round, for the egress record.
struct Egress {
  std::int64_t tensors = 0;         // with at least one published coordinate
  std::int64_t coordinates = 0;     // published (control variates not counted)
  double fraction = 0.0;            // of the whole layout's coordinates
  double exposed_fraction = 0.0;    // the same of what this and all earlier updates published, each coordinate once
  at::Tensor positions;             // int64, sorted, into the flat layout: the published ones
  std::uint64_t bytes = 0;          // of the encoded payload
  double cosine = 0.0;              // of what is published to the whole update
  double energy_kept = 0.0;         // squared length of what is published, over the whole update's
};

struct Shared {
  SharedUpdatePointer update;
  PolicyState state;
  Egress egress;
};

// The tensors of an institution that never leave it: one number after another over the private coordinates.
struct PrivatePart {
  at::Tensor numbers;      // float32; undefined: nothing private, or not trained yet
};

// Published coordinates of one update. Positions index the full flat layout.
struct DecodedUpdate {
  at::Tensor positions;    // int64 sorted; undefined: all of shareable()
  at::Tensor values;       // float32
  at::Tensor control;      // float32 over the weights, zero where they are not shareable; undefined: none
};

// Where the steps' randomness comes from. What is public is on the wire, and a Seed's children lead back to it (their derivation
// can be inverted): the seed of the noise must be no relative of the mask's, or an observer could subtract the noise.
struct ShareSeeds {
  Seed mask;                                 // public: a mask drawn from it needs no indices
  std::optional<Seed> noise = std::nullopt;  // known to the institution alone; needed where adds_noise()
};

class SharePolicy {
 public:
  virtual ~SharePolicy() = default;

  // Encodes what may leave of `update`. Of a control variate the part over the shareable weights leaves, whatever the steps
  // select. Throws Error, naming the tensor, for a number that is not finite: training diverged.
  [[nodiscard]] virtual Shared share(const PrivateUpdate& update, const PolicyState& state, const ShareSeeds& seeds) const = 0;
  // The same by a policy that adds no noise.
  [[nodiscard]] Shared share(const PrivateUpdate& update, const PolicyState& state, Seed mask) const {
    return share(update, state, ShareSeeds{mask});
  }
  [[nodiscard]] virtual bool adds_noise() const = 0;

  // The published coordinates, decoded from nothing but bytes: what aggregator and observers work on.
  // Throws Error for bytes that this policy cannot have written: another size, form or kind of numbers, coordinates out of
  // order or range, a number that is not finite. Allocates no more than what the policy's own updates need.
  [[nodiscard]] virtual DecodedUpdate decode(ByteView payload) const = 0;
  // Throws as decode() would, without building what it returns.
  virtual void check(ByteView payload) const = 0;

  // Where an institution starts a round: the global model, with its own private part, and with its own numbers wherever
  // `download_fraction` leaves a coordinate unrefreshed: `seed` chooses that share of the shareable coordinates at random
  // (Shokri & Shmatikov take those with the most updates). Where nothing is private, the same numbers as `global`,
  // uncopied.
  [[nodiscard]] virtual ParameterSet compose(const ParameterSet& global, const PrivatePart& own, Seed seed) const = 0;

  // The part of a trained model that compose() will need again, as numbers of its own. Undefined when nothing is private.
  [[nodiscard]] virtual PrivatePart keep(const ParameterSet& trained) const = 0;

  [[nodiscard]] virtual bool has_private_part() const = 0;
  // Coordinates (sorted, into the flat layout) that this policy may ever publish.
  [[nodiscard]] virtual const at::Tensor& shareable() const = 0;
  // The step by which updates of one round publish coordinates that differ from institution to institution; empty: all
  // publish the same, so that whole updates can be compared.
  [[nodiscard]] virtual std::string selecting_step() const = 0;
  [[nodiscard]] virtual bool shares_everything() const = 0;  // full, float32: the full_sharing baseline is the run itself
  // A payload's size before training: exact where the policy fixes the count, an upper bound else; for `check`.
  [[nodiscard]] virtual std::uint64_t expected_bytes(bool with_control) const = 0;
};

// The steps that SharingConfig::steps may name, with a line of description each.
[[nodiscard]] std::vector<NamedKind> sharing_steps();

// Throws UsageError for an unknown step, a value out of range, a pattern that matches no tensor, buffers whose fate is not
// stated, or when nothing would be left to share. A tensor that is both shared and private is private; buffers = "local"
// keeps buffers private whatever the patterns say.
[[nodiscard]] std::shared_ptr<const SharePolicy> make_share_policy(const SharingConfig& config,
                                                                   std::shared_ptr<const Layout> layout);

}  // namespace polyclinic
