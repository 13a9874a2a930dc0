#include "core/privacy/accountant.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/privacy/gaussian.hpp"
#include "core/privacy/loss_distribution.hpp"

namespace polyclinic {
namespace {

double sum_of(const std::vector<PureReleases>& pure) {
  double epsilon = 0.0;
  for (const PureReleases& releases : pure) epsilon += releases.epsilon * static_cast<double>(releases.times);
  return epsilon;
}

// Simple composition of pure mechanisms, where that is less.
FoundEpsilon at_most_sum(FoundEpsilon found, const Releases& releases) {
  if (!releases.are_pure()) return found;
  const double sum = sum_of(releases.pure());
  return found.epsilon <= sum ? found : FoundEpsilon{.epsilon = sum};
}

class RenyiAccountant : public Accountant {
 public:
  explicit RenyiAccountant(Conversion conversion) : conversion_(conversion) {}

  [[nodiscard]] FoundEpsilon epsilon(const Releases& releases, double delta) override {
    if (releases.empty()) return {};
    std::vector<double> total(rdp_orders().size(), 0.0);
    for (const GaussianReleases& r : releases.gaussian()) add(total, step_of(r), r.steps);
    for (const PureReleases& r : releases.pure()) {
      for (std::size_t i = 0; i < total.size(); ++i) {
        total[i] += static_cast<double>(r.times) * pure_rdp(r.epsilon, rdp_orders()[i]);
      }
    }
    return at_most_sum(converted(rdp_orders(), total, delta, conversion_), releases);
  }

 private:
  static void add(std::vector<double>& total, const std::vector<double>& step, std::int64_t times) {
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += static_cast<double>(times) * step[i];
  }

  const std::vector<double>& step_of(const GaussianReleases& releases) {
    const auto [found, is_new] = steps_.try_emplace({releases.rate, releases.noise_multiplier});
    if (is_new) {
      for (const double order : rdp_orders()) {
        found->second.push_back(sampled_gaussian_rdp(releases.rate, releases.noise_multiplier, order));
      }
    }
    return found->second;
  }

  Conversion conversion_;
  std::map<std::pair<double, double>, std::vector<double>> steps_;  // by rate and noise, one number for each order
};

class LossAccountant : public Accountant {
 public:
  [[nodiscard]] FoundEpsilon epsilon(const Releases& releases, double delta) override {
    if (releases.empty()) return {};
    if (is_one_gaussian(releases)) return {.epsilon = gaussian_epsilon(delta, composed_noise(releases.gaussian()))};
    return at_most_sum({.epsilon = LossDistributions(releases).epsilon(delta)}, releases);
  }

 private:
  static bool is_one_gaussian(const Releases& releases) {
    return releases.pure().empty() && std::ranges::all_of(releases.gaussian(), [](const auto& r) { return r.rate == 1.0; });
  }
};

struct AccountantKind {
  NamedKind named;
  std::unique_ptr<Accountant> (*make)(const PrivacyConfig& config);
};

const std::vector<AccountantKind>& kinds() {
  static const std::vector<AccountantKind> table{
      {{"rdp", "Rényi divergences of whole and fractional orders, converted by privacy.conversion"},
       [](const PrivacyConfig& config) -> std::unique_ptr<Accountant> {
         return std::make_unique<RenyiAccountant>(conversion_named(config.conversion));
       }},
      {{"pld", "distribution of the privacy loss by FFT: tighter, and slower where batches are sampled"},
       [](const PrivacyConfig&) -> std::unique_ptr<Accountant> { return std::make_unique<LossAccountant>(); }},
  };
  return table;
}

}  // namespace

std::vector<NamedKind> accountants() { return named_kinds(kinds()); }

std::unique_ptr<Accountant> make_accountant(const PrivacyConfig& config) {
  return find_kind(kinds(), "privacy.accountant", config.accountant).make(config);
}

}  // namespace polyclinic
