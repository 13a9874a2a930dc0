#include "core/collaboration/privacy_spending.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/collaboration/shared_records.hpp"

namespace polyclinic {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

bool is_member(const ChainPlan& plan, InstitutionId institution) {
  return std::ranges::binary_search(plan.members, institution);
}

// Of one chain's members, who all add the same noise. Sampling more of the records, or more often, never gives less away.
Releases no_less_than_any(const std::vector<Releases>& members) {
  GaussianReleases most{.rate = 1.0, .noise_multiplier = 1.0, .steps = 0};
  for (const Releases& own : members) {
    for (const GaussianReleases& releases : own.gaussian()) {
      most.rate = most.steps == 0 ? releases.rate : std::max(most.rate, releases.rate);
      most.noise_multiplier = releases.noise_multiplier;
      most.steps = std::max(most.steps, releases.steps);
    }
  }
  Releases all;
  all.add(most);
  return all;
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
  const Releases until_now = released(chain, member, [this](const ChainPlan& plan, InstitutionId holder) {
    const auto found = updates_.find({plan.id, holder});
    return found == updates_.end() ? 0 : found->second;
  });
  return epsilon(chain, until_now).epsilon;
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

std::vector<PrivacySpending::Holders> PrivacySpending::elsewhere(ChainId chain, InstitutionId member) const {
  const bool of_one_record = protection_of(plan(chain)).unit == "record";
  std::vector<Holders> holders;
  for (const ChainPlanPointer& other : plans_) {
    if (other->id == chain || !share_records(plan(chain), *other)) continue;
    if (of_one_record) holders.push_back({other->id, other->members});
    else if (is_member(*other, member)) holders.push_back({other->id, {member}});
  }
  return holders;
}

std::string PrivacySpending::reason_against(ChainId chain, InstitutionId member) const {
  const Protection own = protection_of(plan(chain));
  if (!own.reason.empty()) return own.reason;
  for (const Holders& holders : elsewhere(chain, member)) {
    const ChainPlan& other = plan(holders.chain);
    const Protection protection = protection_of(other);
    const std::string where = fmt::format("chain {}: ", other.config.name);
    if (protection.unit.empty()) return where + "the same records are published without noise";
    if (!protection.reason.empty()) return where + protection.reason;
    if (protection.unit != own.unit) return where + fmt::format("the same records are protected per {}", protection.unit);
  }
  return "";
}

Releases PrivacySpending::released(ChainId chain, InstitutionId member, const Count& updates) const {
  Releases all = releases_of(plan(chain), member, updates(plan(chain), member));
  for (const Holders& holders : elsewhere(chain, member)) {
    std::vector<Releases> possible;
    for (const InstitutionId holder : holders.institutions)
      possible.push_back(releases_of(plan(holders.chain), holder, updates(plan(holders.chain), holder)));
    all.add(possible.size() == 1 ? possible.front() : no_less_than_any(possible));
  }
  return all;
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
  bool is_open = false;
  const Releases releases = released(chain, member, [&is_open](const ChainPlan& plan, InstitutionId holder) {
    const std::optional<std::int64_t> updates = planned_updates(plan, holder);
    is_open = is_open || !updates;
    return updates.value_or(0);
  });
  if (is_open && statement.reason.empty())
    statement.reason = "how many updates there will be is not known before; /egress has what each spent";
  for (const Holders& holders : elsewhere(chain, member))
    statement.mechanism += fmt::format(", together with what leaves on chain {}", plan(holders.chain).config.name);
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
