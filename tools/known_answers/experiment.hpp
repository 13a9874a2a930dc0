// The table of gradient inversion's known answers: what is staged, what attacks it, and what has been measured or published of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/leakage/intervals.hpp"
#include "tools/known_answers/victim.hpp"

namespace polyclinic::known_answers {

enum class Measure {
  median_psnr_db,                    // over the victims
  share_below_1e_3,                  // of victims whose image came back with a mean squared error below
  share_below_1e_2,
  labels_right,                      // share
  label_counts,                      // mean accuracy of the counts of labels (attack is one on labels)
};
[[nodiscard]] const char* measure_name(Measure measure);

struct Figure {
  Measure measure;
  double expected;
};

struct Experiment {
  std::string row;                   // of the known-answer table: R1, K1, ...
  std::string setting;
  Staging staging;
  std::string attack;
  InversionSettings settings;
  std::vector<Figure> expected;
  std::int64_t most_victims = 0;     // 0: as many as asked for
};
[[nodiscard]] std::vector<Experiment> experiments();

// A figure with its 95 % interval: Clopper and Pearson's of a share, by order statistics of a median.
[[nodiscard]] Bounded measured(Measure measure, const std::vector<Outcome>& outcomes);

// "ok": a median within 6 dB, a share whose interval holds the expected one; else "stronger" or "weaker" than expected.
[[nodiscard]] std::string verdict(const Figure& figure, const Bounded& found);

}  // namespace polyclinic::known_answers
