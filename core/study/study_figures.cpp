#include "core/study/study_figures.hpp"

#include <algorithm>
#include <array>

#include "core/record/figures.hpp"
#include "core/study/curve_figures.hpp"
#include "core/study/leakage_figures.hpp"

namespace polyclinic {

namespace {

constexpr std::array series_names = {"collaboration", "centralized", "full_sharing", "local"};

constexpr std::array columns = {
    FigureColumn{"rounds", "1", &StudyFigures::rounds},
    FigureColumn{"test_accuracy", "1", &StudyFigures::test_accuracy},
    FigureColumn{"test_auc", "1", &StudyFigures::test_auc},
    FigureColumn{"test_loss", "1", &StudyFigures::test_loss},
    FigureColumn{"local_accuracy", "1", &StudyFigures::local_accuracy},
    FigureColumn{"local_auc", "1", &StudyFigures::local_auc},
    FigureColumn{"sim_time_s", "s", &StudyFigures::sim_time_s},
    FigureColumn{"published_bytes", "B", &StudyFigures::published_bytes},
    FigureColumn{"wire_bytes", "B", &StudyFigures::wire_bytes},
    FigureColumn{"final_blocks", "1", &StudyFigures::final_blocks},
    FigureColumn{"stale_rate", "1", &StudyFigures::stale_rate},
    FigureColumn{"block_interval_s", "s", &StudyFigures::block_interval_s},
    FigureColumn{"commit_median_s", "s", &StudyFigures::commit_median_s},
    FigureColumn{"start_accuracy", "1", &StudyFigures::start_accuracy},
    FigureColumn{"first_accuracy", "1", &StudyFigures::first_accuracy},
    FigureColumn{"area_accuracy", "1", &StudyFigures::area_accuracy},
    FigureColumn{"start_auc", "1", &StudyFigures::start_auc},
    FigureColumn{"first_auc", "1", &StudyFigures::first_auc},
    FigureColumn{"area_auc", "1", &StudyFigures::area_auc},
    FigureColumn{"auxiliary_weight", "1", &StudyFigures::auxiliary_weight},
    FigureColumn{"auxiliary_similarity", "1", &StudyFigures::auxiliary_similarity},
    FigureColumn{"auxiliary_objects", "1", &StudyFigures::auxiliary_objects},
    FigureColumn{"auxiliary_refused", "1", &StudyFigures::auxiliary_refused},
    FigureColumn{"auxiliary_header_bytes", "B", &StudyFigures::auxiliary_header_bytes},
    FigureColumn{"auxiliary_proof_bytes", "B", &StudyFigures::auxiliary_proof_bytes},
    FigureColumn{"auxiliary_payload_bytes", "B", &StudyFigures::auxiliary_payload_bytes},
    FigureColumn{"leak_psnr_db", "dB", &StudyFigures::leak_psnr_db},
    FigureColumn{"leak_gain_db", "dB", &StudyFigures::leak_gain_db},
    FigureColumn{"leak_recovered_rate", "1", &StudyFigures::leak_recovered_rate},
    FigureColumn{"leak_label_skill", "1", &StudyFigures::leak_label_skill},
    FigureColumn{"leak_membership_auc", "1", &StudyFigures::leak_membership_auc},
    FigureColumn{"leak_membership_tpr", "1", &StudyFigures::leak_membership_tpr},
    FigureColumn{"epsilon", "1", &StudyFigures::epsilon},
    FigureColumn{"rounds_to_target", "1", &StudyFigures::rounds_to_target},
    FigureColumn{"time_to_target_s", "s", &StudyFigures::time_to_target_s},
    FigureColumn{"bytes_to_target", "B", &StudyFigures::bytes_to_target},
};

// When a chain's first round opened; baselines have clocks of their own, which begin at 0.
double opening_s(const std::vector<RoundRow>& rounds, const std::string& series) {
  const bool is_chain = series == series_names[0] || series == series_names[2];
  return is_chain && !rounds.empty() && rounds.front().round == 0 ? rounds.front().sim_time_s : 0.0;
}

void put_target(const std::vector<RoundRow>& rounds, const StudyTarget& target, StudyFigures& figures) {
  const double opened_s = opening_s(rounds, figures.series);
  double published_bytes = 0;
  for (const RoundRow& row : rounds) {
    published_bytes += static_cast<double>(row.published_bytes);
    const double reached = target.metric == "accuracy" ? row.test_accuracy : row.test_auc;
    if (!(reached >= target.value)) continue;  // nor where it is NaN
    figures.rounds_to_target = static_cast<double>(row.round);
    figures.time_to_target_s = row.sim_time_s - opened_s;
    figures.bytes_to_target = published_bytes;
    return;
  }
}

// What is needed of /events, whose other columns came later in older files.
struct EventKind {
  std::string chain, kind;
  static constexpr auto columns =
      std::make_tuple(Column{"chain", "", &EventKind::chain}, Column{"kind", "", &EventKind::kind});
};

// Figures of one run; all its series begin alike.
class RunTables {
 public:
  RunTables(const ResultData& data, std::size_t run, const std::optional<StudyTarget>& target)
      : data_(data), run_(run), target_(target) {}

  [[nodiscard]] std::vector<StudyFigures> of_chain(const ChainFigures& chain) const {
    std::vector<StudyFigures> found;
    found.push_back(collaboration(chain));
    for (const char* name : {series_names[1], series_names[2]}) {
      const auto rounds = rows<RoundRow>(data_, path(name, chain));
      if (!rounds.empty()) found.push_back(series(chain, name, rounds));
    }
    if (chain.local) found.push_back(local(chain));
    return found;
  }

 private:
  [[nodiscard]] static std::string path(const char* baseline, const ChainFigures& chain) {
    return std::string("/baselines/") + baseline + "/" + chain.name;
  }

  [[nodiscard]] StudyFigures series(const ChainFigures& chain, const char* name,
                                    const std::vector<RoundRow>& rounds) const {
    const ModelFigures model = model_figures(rounds);
    StudyFigures figures{.run = run_, .chain = chain.name, .series = name};
    figures.rounds = static_cast<double>(model.rounds);
    figures.test_accuracy = model.test.accuracy;
    figures.test_auc = model.test.auc;
    figures.test_loss = model.test.loss;
    figures.sim_time_s = model.sim_time_s - opening_s(rounds, figures.series);
    put_curve(rounds, figures);
    const bool publishes = figures.series == series_names[0] || figures.series == series_names[2];
    if (publishes) figures.published_bytes = model.published_bytes;
    if (publishes) figures.wire_bytes = model.wire_bytes;
    if (target_) put_target(rounds, *target_, figures);
    if (!publishes) figures.bytes_to_target = unknown;
    return figures;
  }

  [[nodiscard]] StudyFigures collaboration(const ChainFigures& chain) const {
    const auto rounds = rows<RoundRow>(data_, "/chains/" + chain.name + "/rounds");
    StudyFigures figures{.run = run_, .chain = chain.name, .series = series_names[0]};
    if (!rounds.empty())
      figures = series(chain, series_names[0], rounds);
    else if (chain.load)
      figures.wire_bytes = chain.load_bytes;
    figures.local_accuracy = chain.own_rows.mean.accuracy;
    figures.local_auc = chain.own_rows.mean.auc;
    put_auxiliary(rows<AuxiliaryRow>(data_, "/chains/" + chain.name + "/auxiliary"), refused(chain.name), figures);
    put_leakage(data_, figures);
    if (!chain.health) return figures;
    figures.final_blocks = static_cast<double>(chain.health->row.final_blocks);
    figures.stale_rate = chain.health->row.stale_rate;
    figures.block_interval_s = chain.health->row.block_interval_s;
    figures.commit_median_s = chain.health->row.commit_median_s;
    return figures;
  }

  [[nodiscard]] std::size_t refused(const std::string& chain) const {
    const auto events = rows<EventKind>(data_, "/events");
    return static_cast<std::size_t>(std::ranges::count_if(
        events, [&](const EventKind& event) { return event.chain == chain && event.kind == "refused relay"; }));
  }

  [[nodiscard]] StudyFigures local(const ChainFigures& chain) const {
    StudyFigures figures = series(chain, series_names[3], mean_rounds(rows<LocalRow>(data_, path(series_names[3], chain))));
    figures.test_accuracy = chain.local->mean.accuracy;
    figures.test_auc = chain.local->mean.auc;
    figures.test_loss = chain.local->mean.loss;
    figures.local_accuracy = chain.local_own_rows->mean.accuracy;
    figures.local_auc = chain.local_own_rows->mean.auc;
    return figures;
  }

  const ResultData& data_;
  std::size_t run_;
  const std::optional<StudyTarget>& target_;
};

}  // namespace

std::span<const FigureColumn> figure_columns() { return columns; }
std::span<const char* const> study_series() { return series_names; }

std::vector<StudyFigures> study_figures(const ResultData& data, std::size_t run, const std::optional<StudyTarget>& target) {
  const RunTables tables(data, run, target);
  std::vector<StudyFigures> figures;
  for (const ChainFigures& chain : chain_figures(data)) {
    const std::vector<StudyFigures> found = tables.of_chain(chain);
    figures.insert(figures.end(), found.begin(), found.end());
  }
  return figures;
}

}  // namespace polyclinic
