#include "core/probing/candidates.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/isin.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

namespace polyclinic {
namespace {

constexpr std::int64_t population_share = 5;  // one of so many withheld rows

Rows joined(const Rows& first, const Rows& second) {
  if (first.size() == 0) return second;
  if (second.size() == 0) return first;
  return {first.dataset, at::cat({first.index, second.index})};
}

// Rows of classes that the institution trains on: another class alone would tell that a row was left out. All of those that may have
// several labels each.
Rows of_same_classes(const Rows& rows, const Rows& training) {
  if (rows.size() == 0 || training.size() == 0 || rows.dataset->labels.dim() != 1) return rows;
  return {rows.dataset, rows.index.masked_select(at::isin(rows.labels(), training.labels()))};
}

InstitutionCandidates draw(const ChainPlan& plan, InstitutionId institution, bool with_validation, Seed seed) {
  const InstitutionData& data = plan.data_of(institution);
  const Rows withheld = of_same_classes(with_validation ? joined(data.test, data.validation) : data.test, data.train);
  const std::int64_t population = withheld.size() / population_share;
  const std::int64_t count = std::min(data.train.size(), withheld.size() - population);
  const std::vector<std::int64_t> own = Random(seed / "members").permutation(data.train.size());
  const std::vector<std::int64_t> other = Random(seed / "non_members").permutation(withheld.size());
  InstitutionCandidates candidates{.institution = institution, .rows = {}, .members = count, .fixed = {}, .population = {}};
  candidates.rows = joined(some_of(data.train, {own.begin(), own.begin() + count}), some_of(withheld, {other.begin(), other.begin() + count}));
  candidates.fixed = some_of(data.train, {own.begin() + count, own.end()});
  candidates.population = some_of(withheld, {other.end() - population, other.end()});
  return candidates;
}

}  // namespace

Rows some_of(const Rows& rows, const std::vector<std::int64_t>& places) {
  return {rows.dataset, rows.index.index_select(0, at::tensor(places, at::kLong))};
}

std::vector<InstitutionCandidates> draw_candidates(const ChainPlan& plan, const std::vector<InstitutionId>& victims,
                                                   bool with_validation, Seed seed) {
  std::vector<InstitutionCandidates> candidates;
  for (const InstitutionId victim : victims) candidates.push_back(draw(plan, victim, with_validation, seed / victim.value));
  return candidates;
}

std::vector<bool> membership_of(const std::vector<InstitutionCandidates>& candidates) {
  std::vector<bool> membership;
  for (const InstitutionCandidates& of_one : candidates) {
    for (std::int64_t i = 0; i < of_one.rows.size(); ++i) membership.push_back(i < of_one.members);
  }
  return membership;
}

}  // namespace polyclinic
