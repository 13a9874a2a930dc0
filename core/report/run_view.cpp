#include "core/report/run_view.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/record/method_figures.hpp"
#include "core/report/leakage_view.hpp"

namespace polyclinic {

namespace {

Curve curve_of(const std::vector<RoundRow>& rounds) {
  Curve curve;
  double published_bytes = 0;
  for (const RoundRow& row : rounds) {
    published_bytes += static_cast<double>(row.published_bytes);
    if (std::isnan(row.test_accuracy)) continue;
    curve.push_back(
        {static_cast<double>(row.round), row.sim_time_s, published_bytes, row.test_auc, row.test_accuracy, row.test_loss});
  }
  return curve;
}

template <class Row>
InstitutionScores last_scores(const std::vector<Row>& rows, const std::map<std::int64_t, std::string>& names) {
  InstitutionScores scores;
  for (const Row& row : rows) {
    const auto name = names.find(row.institution);
    if (name == names.end() || std::isnan(row.local_test_accuracy)) continue;
    scores[*name] = {row.local_test_accuracy, row.local_test_auc};
  }
  return scores;
}

void put_curve(ChainView& chain, const char* series, Curve curve) {
  if (!curve.empty()) chain.curves[series] = std::move(curve);
}

std::vector<BlockRow> blocks_of(const ResultData& data, const std::string& path) {
  std::vector<BlockRow> blocks = rows<BlockRow>(data, path);
  for (BlockRow& block : blocks) block.hash = block.parent = {};
  return blocks;
}

std::vector<AuxiliaryView> auxiliary_of(const ResultData& data, const std::string& path) {
  std::vector<AuxiliaryView> views;
  for (const AuxiliaryRow& row : rows<AuxiliaryRow>(data, path)) {
    views.push_back({static_cast<double>(row.round), row.weight, row.similarity});
  }
  return views;
}

std::map<std::string, PersonalOfMethod> personal_of(const ResultData& data, const std::string& chain,
                                                    const std::map<std::int64_t, std::string>& names) {
  std::map<std::string, PersonalOfMethod> methods;
  for (const auto& [method, of_method] : personal_rows(data)) {
    for (const PersonalRow& row : of_method) {
      const auto name = names.find(row.institution);
      if (row.chain != chain || name == names.end()) continue;
      methods[method][*name] = {row.local_accuracy,    row.local_auc,         row.collaborative_accuracy,
                                row.collaborative_auc, row.personal_accuracy, row.personal_auc};
    }
  }
  return methods;
}

ChainView chain_view(const ResultData& data, const std::string& name, const std::map<std::int64_t, std::string>& names) {
  const std::string folder = "/chains/" + name;
  ChainView chain;
  chain.name = name;
  chain.dataset = text_or(data, folder, "dataset", "");
  chain.parameters = static_cast<std::int64_t>(number_or(data, folder, "parameters", 0));
  chain.blocks = blocks_of(data, folder + "/blocks");
  const auto local = rows<LocalRow>(data, "/baselines/local/" + name);
  put_curve(chain, "collaboration", curve_of(rows<RoundRow>(data, folder + "/rounds")));
  put_curve(chain, "centralized", curve_of(rows<RoundRow>(data, "/baselines/centralized/" + name)));
  put_curve(chain, "full_sharing", curve_of(rows<RoundRow>(data, "/baselines/full_sharing/" + name)));
  put_curve(chain, "local", curve_of(mean_rounds(local)));
  chain.alone = last_scores(local, names);
  chain.together = last_scores(rows<MemberRow>(data, folder + "/members"), names);
  chain.auxiliary = auxiliary_of(data, folder + "/auxiliary");
  chain.personal = personal_of(data, name, names);
  chain.leakage = leakage_of(data, name);
  const auto summary = rows<ChainSummaryRow>(data, folder + "/summary");
  if (!summary.empty()) chain.summary = summary.front();
  return chain;
}

}  // namespace

bool same_number(double left, double right) { return left == right || (std::isnan(left) && std::isnan(right)); }

bool CurvePoint::operator==(const CurvePoint& other) const {
  constexpr std::array members{&CurvePoint::round, &CurvePoint::sim_time_s, &CurvePoint::published_bytes,
                               &CurvePoint::auc,   &CurvePoint::accuracy,   &CurvePoint::loss};
  return std::ranges::all_of(members, [&](auto member) { return same_number(this->*member, other.*member); });
}

bool OwnScores::operator==(const OwnScores& other) const {
  return same_number(accuracy, other.accuracy) && same_number(auc, other.auc);
}

RunView view_of(const ResultData& data, std::size_t run) {
  std::map<std::int64_t, std::string> names;
  for (const InstitutionRow& row : rows<InstitutionRow>(data, "/institutions")) names[row.institution] = row.name;
  RunView view{run, {}, rows<EventRow>(data, "/events"), {}};
  for (const ChainFigures& chain : chain_figures(data)) view.chains.push_back(chain_view(data, chain.name, names));
  const auto scenario = data.texts.find("/scenario");
  if (scenario != data.texts.end()) view.scenario = scenario->second;
  return view;
}

}  // namespace polyclinic
