// The figures by which a run is judged, taken from its result.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/record/result_data.hpp"
#include "core/record/rows.hpp"

namespace polyclinic {

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

struct Scores {
  double accuracy = unknown, auc = unknown, loss = unknown;
};

// What a series of rounds came to.
struct ModelFigures {
  Scores test;                         // on the global test set, at the last evaluated round
  double sim_time_s = unknown;         // when the last round was over, on its own clock
  std::int64_t rounds = 0;             // finished; 0 where only the initial model is there
  double published_bytes = 0, wire_bytes = 0;  // over all rounds
};

// Scores over institutions; the worst of each figure by itself (the greatest loss), not the figures of one worst institution.
// There is no loss on an institution's own test rows.
struct Spread {
  std::int64_t institutions = 0;
  Scores mean, worst;
};

// How a chain behaved, from its summary at the end of the run.
struct ChainHealth {
  ChainSummaryRow row;
  std::map<std::string, std::int64_t> faults;  // how many of each kind began
};

struct ChainFigures {
  std::string name = "-";
  std::int64_t members = 0;
  ModelFigures collaborative;
  Spread own_rows;                     // the members' models on their own test rows, each at its last evaluation
  std::optional<ModelFigures> centralized, full_sharing;
  std::optional<Spread> local, local_own_rows;  // each institution's model on the global test set, and on its own test rows
  std::int64_t final_blocks = 0, stale_blocks = 0;
  std::optional<ChainHealth> health;   // none where the run did not come to its end, and in files from before there was one
  std::optional<ChainSummaryRow> load; // of a chain without learning: it has no rounds
  double load_bytes = 0, load_messages = 0;  // on the wire, of such a chain
};

// /run's figures; unknown where the run did not come to write them.
struct RunFigures {
  bool complete = false;
  std::string name;
  std::int64_t institutions = 0, events = 0;
  double wall_s = unknown, threads = unknown, peak_memory_bytes = unknown;
  double pool_share = unknown;  // (training_s + evaluation_s) / (threads * (wall_s - startup_s))
};

[[nodiscard]] ModelFigures model_figures(const std::vector<RoundRow>& rounds);

// Institutions alone as one series: for each round the means over those that were evaluated, when the slowest was done with it.
// They publish nothing.
[[nodiscard]] std::vector<RoundRow> mean_rounds(const std::vector<LocalRow>& rows);

// One for each group under /chains, in order of names.
[[nodiscard]] std::vector<ChainFigures> chain_figures(const ResultData& data);
[[nodiscard]] RunFigures run_figures(const ResultData& data);

}  // namespace polyclinic
