#include "core/collaboration/privacy_spending.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace polyclinic {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

bool is_member(const ChainPlan& plan, InstitutionId institution) {
  return std::ranges::binary_search(plan.members, institution);
}

bool share_records(const DataConfig& left, const DataConfig& right) {
  return left.dataset == right.dataset && left.dataset != "phantom" && left.path == right.path &&
         std::max(left.from, right.from) < std::min(left.to, right.to);
}

}  // namespace

PrivacySpending::PrivacySpending(std::vector<ChainPlanPointer> plans) : plans_(std::move(plans)) {
  for (const ChainPlanPointer& plan : plans_) {
    const bool protects = !protection_of(*plan).unit.empty();
    accountants_.push_back(protects ? make_accountant(plan->config.privacy) : nullptr);
  }
}

double PrivacySpending::spend(ChainId chain, InstitutionId member) {
  ++updates_[{chain, member}];
  if (accountants_[static_cast<std::size_t>(chain.value)] == nullptr || !reason_against(chain, member).empty()) return none;
  Releases releases;
  for (const ChainId other : together(chain, member))
    releases.add(releases_of(plan(other), member, updates_[{other, member}]));
  return epsilon(chain, releases).epsilon;
}

std::optional<PrivacySpending::Planned> PrivacySpending::planned(ChainId chain) {
  if (accountants_[static_cast<std::size_t>(chain.value)] == nullptr) return std::nullopt;
  std::optional<Planned> worst;
  for (const InstitutionId member : plan(chain).members) {
    PrivacyStatement statement = statement_of(chain, member);
    const bool is_worse = worst && (std::isnan(statement.epsilon) ? !std::isnan(worst->statement.epsilon)
                                                                  : statement.epsilon > worst->statement.epsilon);
    if (!worst || is_worse) worst = Planned{member, std::move(statement)};
  }
  return worst;
}

std::vector<ChainId> PrivacySpending::together(ChainId chain, InstitutionId member) const {
  std::vector<ChainId> chains;
  for (const ChainPlanPointer& other : plans_) {
    const bool same = other->id == chain || (other->learns() && is_member(*other, member) &&
                                             share_records(plan(chain).config.data, other->config.data));
    if (same) chains.push_back(other->id);
  }
  return chains;
}

std::string PrivacySpending::reason_against(ChainId chain, InstitutionId member) const {
  const std::string unit = protection_of(plan(chain)).unit;
  for (const ChainId id : together(chain, member)) {
    const ChainPlan& other = plan(id);
    const Protection protection = protection_of(other);
    const std::string where = id == chain ? "" : fmt::format("chain {}: ", other.config.name);
    if (protection.unit.empty()) return where + "the same records are published without noise";
    if (!protection.reason.empty()) return where + protection.reason;
    if (protection.unit != unit) return where + fmt::format("the same records are protected per {}", protection.unit);
  }
  return "";
}

FoundEpsilon PrivacySpending::epsilon(ChainId chain, const Releases& releases) {
  const auto [found, is_new] = known_.try_emplace({chain, releases});
  if (is_new) {
    found->second =
        accountants_[static_cast<std::size_t>(chain.value)]->epsilon(releases, plan(chain).config.privacy.delta);
  }
  return found->second;
}

PrivacyStatement PrivacySpending::statement_of(ChainId chain, InstitutionId member) {
  const ChainPlan& own = plan(chain);
  const Protection protection = protection_of(own);
  PrivacyStatement statement{.unit = protection.unit,
                             .adjacency = protection.adjacency,
                             .sampling = protection.sampling,
                             .mechanism = protection.mechanism,
                             .delta = own.config.privacy.delta,
                             .accountant = own.config.privacy.accountant,
                             .conversion = own.config.privacy.conversion};
  statement.reason = reason_against(chain, member);
  Releases releases;
  for (const ChainId other : together(chain, member)) {
    const std::optional<std::int64_t> updates = planned_updates(plan(other), member);
    if (!updates && statement.reason.empty())
      statement.reason = "how many updates there will be is not known before; /egress has what each spent";
    releases.add(releases_of(plan(other), member, updates.value_or(0)));
    if (other != chain)
      statement.mechanism += fmt::format(", together with what leaves on chain {}", plan(other).config.name);
  }
  const Releases alone = releases_of(own, member, 1);
  if (!alone.are_pure()) {
    statement.noise_multiplier = alone.gaussian().front().noise_multiplier;
    statement.rate = alone.gaussian().front().rate;
  }
  for (const GaussianReleases& r : releases.gaussian()) statement.steps += r.steps;
  for (const PureReleases& r : releases.pure()) statement.steps += r.times;
  if (!statement.reason.empty()) return statement;
  const FoundEpsilon found = epsilon(chain, releases);
  statement.epsilon = found.epsilon;
  statement.order = found.order;
  statement.at_edge = found.at_edge;
  return statement;
}

}  // namespace polyclinic
