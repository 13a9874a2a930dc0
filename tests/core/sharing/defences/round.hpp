// One round's updates and the words of the defences' tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/sharing/defences/combination.hpp"
#include "tests/core/sharing/fixture.hpp"

namespace polyclinic::testing {

using List = std::vector<float>;

inline CollaborationConfig defended(const std::string& defence, double hostile_share = 0.25, double clip_factor = 1.0) {
  CollaborationConfig config;
  config.defence = defence;
  config.hostile_share = hostile_share;
  config.clip_factor = clip_factor;
  return config;
}

// Publishes what is not zero: dense where nothing is.
inline SharingConfig non_zero_coordinates() {
  SharingConfig config = steps({"selective"});
  config.selection = "random";
  return config;
}

// Updates over the same coordinates, by author from 0.
class Round {
 public:
  explicit Round(std::int64_t size, const SharingConfig& sharing = steps({"full"}))
      : layout_(flat_layout(size)), policy_(make_share_policy(sharing, layout_)) {}

  Round& add(const List& values, double samples = 1.0, Seed seed = Seed(1)) {
    shared_.push_back(policy_->share(update(layout_, tensor(values)), {}, seed).update);
    payloads_.push_back({parse(shared_.back()->payload(), layout_->size(), 0), samples, 1.0});
    return *this;
  }
  [[nodiscard]] std::vector<WeightedPayload>& payloads() { return payloads_; }
  [[nodiscard]] MeanUpdate combined(const CollaborationConfig& config) const {
    return make_combination(config)->combine(payloads_, layout_->size());
  }
  // The values alone, 0 where nobody published.
  [[nodiscard]] List values(const CollaborationConfig& config) const { return list(combined(config).values); }

 private:
  std::shared_ptr<const Layout> layout_;
  std::shared_ptr<const SharePolicy> policy_;
  std::vector<SharedUpdatePointer> shared_;
  std::vector<WeightedPayload> payloads_;
};

// Seven updates of five coordinates, drawn once from a normal distribution (NumPy 1.24, default_rng(7), rounded to two
// places): what NumPy and SciPy make of them is in the tests.
inline std::vector<List> seven_updates() {
  return {{0.0F, 0.3F, -0.27F, -0.89F, -0.45F},    {-0.99F, 0.06F, 1.34F, -0.49F, -0.62F},
          {0.49F, 0.36F, 0.11F, -0.93F, -0.03F},   {0.7F, -1.34F, -0.46F, -1.9F, -1.29F},
          {-1.84F, -0.24F, -1.27F, 0.27F, 0.16F},  {-0.19F, -2.52F, -0.54F, -0.05F, 0.11F},
          {-1.53F, -0.48F, -0.98F, -0.81F, 1.06F}};
}

inline Round first_of_seven(std::size_t count) {
  Round round(5);
  for (std::size_t i = 0; i < count; ++i) round.add(seven_updates()[i], static_cast<double>(i + 1));
  return round;
}

inline bool close(const List& left, const List& right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (std::abs(left[i] - right[i]) > 1e-6F) return false;
  }
  return true;
}

}  // namespace polyclinic::testing
