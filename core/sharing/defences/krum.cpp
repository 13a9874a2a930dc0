#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <span>

#include "core/base/error.hpp"
#include "core/sharing/defences/columns.hpp"
#include "core/sharing/defences/combination.hpp"

namespace polyclinic {
namespace {

using Payloads = std::vector<WeightedPayload>;

constexpr std::size_t stretch = 1024;  // coordinates compared at a time: of 64 updates, 256 KiB
constexpr std::size_t lanes = 8;       // partial sums, which the compiler may keep in vector registers

bool same_coordinates(const PayloadView& left, const PayloadView& right) {
  if (left.count != right.count) return false;
  const bool whole = left.count == left.dimension;
  const bool same_mask = left.form == Form::seeded && right.form == Form::seeded && left.seed == right.seed;
  return whole || same_mask || read_positions(left) == read_positions(right);
}

void require_comparable(const Payloads& payloads) {
  for (const WeightedPayload& payload : payloads) {
    require(same_coordinates(payloads.front().view, payload.view),
            "Krum compares whole updates, but those of this round publish different coordinates");
  }
}

double squared_distance(std::span<const float> left, std::span<const float> right) {
  std::array<double, lanes> sums{};
  std::size_t i = 0;
  for (; i + lanes <= left.size(); i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const double difference = static_cast<double>(left[i + lane]) - static_cast<double>(right[i + lane]);
      sums[lane] += difference * difference;
    }
  }
  for (; i < left.size(); ++i) {
    const double difference = static_cast<double>(left[i]) - static_cast<double>(right[i]);
    sums[0] += difference * difference;
  }
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

// Squared distances of all pairs; distances[i][j], symmetric.
class Distances {
 public:
  explicit Distances(const Payloads& payloads) : updates_(payloads.size()), squares_(updates_ * updates_) {
    const auto count = static_cast<std::size_t>(payloads.front().view.count);
    for (std::size_t first = 0; first < count; first += stretch) add(payloads, first, std::min(stretch, count - first));
  }

  // Sum of the `neighbours` smallest distances of update `i` to others.
  [[nodiscard]] double score(std::size_t i, std::size_t neighbours) const {
    std::vector<double> others;
    for (std::size_t j = 0; j < updates_; ++j) {
      if (j != i) others.push_back(squares_[i * updates_ + j]);
    }
    std::ranges::sort(others);
    others.resize(std::min(neighbours, others.size()));
    return std::accumulate(others.begin(), others.end(), 0.0);
  }

 private:
  void add(const Payloads& payloads, std::size_t first, std::size_t size) {
    std::vector<float> values(updates_ * size);
    const auto part = [&](std::size_t i) { return std::span(values).subspan(i * size, size); };
    for (std::size_t i = 0; i < updates_; ++i) read_scaled(payloads[i], first, part(i));
    for (std::size_t i = 0; i < updates_; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        squares_[j * updates_ + i] = squares_[i * updates_ + j] += squared_distance(part(i), part(j));
      }
    }
  }

  std::size_t updates_;
  std::vector<double> squares_;
};

class Krum : public Combination {
 public:
  Krum(double hostile_share, bool multiple) : hostile_share_(hostile_share), multiple_(multiple) {}

  [[nodiscard]] MeanUpdate combine(const Payloads& payloads, std::int64_t dimension) const override {
    if (payloads.empty()) return mean_update(payloads, dimension);
    require_comparable(payloads);
    std::vector<std::size_t> chosen = ranked(payloads);
    chosen.resize(multiple_ ? payloads.size() - hostile(payloads) : 1);
    std::ranges::sort(chosen);  // by author again, as sums are
    Payloads kept;
    for (const std::size_t i : chosen) kept.push_back(payloads[i]);
    return mean_update(kept, dimension);
  }

 private:
  [[nodiscard]] std::size_t hostile(const Payloads& payloads) const {
    return static_cast<std::size_t>(hostile_count(hostile_share_, std::ssize(payloads)));
  }

  // The updates by score, equal ones by author.
  [[nodiscard]] std::vector<std::size_t> ranked(const Payloads& payloads) const {
    const Distances distances(payloads);
    const std::size_t left_out = hostile(payloads) + 2;
    const std::size_t neighbours = payloads.size() > left_out ? payloads.size() - left_out : 1;
    std::vector<double> scores;
    for (std::size_t i = 0; i < payloads.size(); ++i) scores.push_back(distances.score(i, neighbours));
    std::vector<std::size_t> order(payloads.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return scores[i]; });
    return order;
  }

  double hostile_share_;
  bool multiple_;
};

}  // namespace

std::unique_ptr<Combination> make_krum(const CollaborationConfig& config) {
  return std::make_unique<Krum>(config.hostile_share, false);
}

std::unique_ptr<Combination> make_multi_krum(const CollaborationConfig& config) {
  return std::make_unique<Krum>(config.hostile_share, true);
}

}  // namespace polyclinic
