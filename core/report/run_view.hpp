// What a report needs of one run: little enough that the views of a whole study fit into memory side by side.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/record/figures.hpp"
#include "core/record/leakage_rows.hpp"
#include "core/record/result_data.hpp"
#include "core/record/rows.hpp"
#include "core/report/band.hpp"

namespace polyclinic {

[[nodiscard]] bool same_number(double left, double right);  // NaN is the same as NaN

// A model on the global test rows after a round that was evaluated, and what it had taken until then on its own clock.
struct CurvePoint {
  double round = 0, sim_time_s = 0, published_bytes = 0;
  double auc = unknown, accuracy = unknown, loss = unknown;
  bool operator==(const CurvePoint& other) const;
};
using Curve = std::vector<CurvePoint>;  // in order of rounds

struct OwnScores {  // of an institution's model on its own test rows
  double accuracy = unknown, auc = unknown;
  bool operator==(const OwnScores& other) const;
};
using InstitutionScores = std::map<std::pair<std::int64_t, std::string>, OwnScores>;  // by number and name

// What came from another chain and counted in a round.
struct AuxiliaryView {
  double round = 0, weight = unknown, similarity = unknown;
};

// An institution's models on its own test rows: trained alone, as the collaboration gave it, and made its own.
struct PersonalScores {
  using Of = double PersonalScores::*;
  double local_accuracy = unknown, local_auc = unknown;
  double collaborative_accuracy = unknown, collaborative_auc = unknown;
  double personal_accuracy = unknown, personal_auc = unknown;
};
using PersonalOfMethod = std::map<std::pair<std::int64_t, std::string>, PersonalScores>;  // by number and name

// Images in 0 .. 1, of `count` each, all of one shape.
struct ImageStack {
  std::int64_t count = 0, channels = 0, height = 0, width = 0;
  std::vector<float> numbers;
};
struct GalleryView {
  ImageStack originals, reconstructions;
};

// What attacks found on one chain.
struct LeakageRows {
  std::vector<InversionRow> inversion;
  std::vector<LabelRow> labels;
  std::vector<std::pair<MembershipRow, Steps>> membership;  // with their curves: true against false positive rate
  std::vector<SkippedAttackRow> skipped;
  std::map<std::string, GalleryView> galleries;  // by "ATTACK-OBSERVER-round-R"
  ImageStack mean_image;                         // of the attackers' public images; empty where the file has none
};

struct ChainView {
  std::string name, dataset;               // dataset: where its rows came from
  std::int64_t parameters = 0;             // of its model
  std::map<std::string, Curve> curves;     // by series as StudyFigures names them; local: the mean over institutions
  InstitutionScores alone, together;       // at each one's last evaluation
  std::vector<AuxiliaryView> auxiliary;
  std::map<std::string, PersonalOfMethod> personal;  // by method
  std::optional<ChainSummaryRow> summary;  // none where the run did not come to its end
  std::vector<BlockRow> blocks;            // without their hashes
  LeakageRows leakage;
};

struct RunView {
  std::size_t run = 0;            // in StudyResult::runs
  std::vector<ChainView> chains;  // in order of names
  std::vector<EventRow> events;   // as recorded
  std::string scenario;           // as TOML
};

[[nodiscard]] RunView view_of(const ResultData& data, std::size_t run = 0);

}  // namespace polyclinic
