// A study: one scenario, varied along axes and over seeds, and what is to be compared. A value, like a scenario; reading it
// trains nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/digest.hpp"
#include "core/scenario/limits.hpp"

namespace polyclinic {

// One key of the scenario set to one value; both as written in the study ("sharing.fraction", "0.1").
struct Setting {
  std::string key;    // one that is a chain's alone stands for that key of every chain
  std::string value;  // as TOML
  bool operator==(const Setting&) const = default;
};

// One way to vary the scenario, run once with each seed.
struct StudyPoint {
  std::string name;                  // readable and fit for a file: "fraction=0.1"; unique in the study
  std::vector<Setting> settings;     // in the order of the study's keys, as far as this point sets them
  std::string scenario_digest = {};  // of its resolved scenario but the seed: tells whether a result is of this point
  std::string compare_with = {};     // name of the point that this one is compared with; empty: the study's
  bool operator==(const StudyPoint&) const = default;
};

// "sharing.fraction = 0.1, rounds = 5"; empty where the point leaves the scenario as it is.
[[nodiscard]] std::string settings_text(const StudyPoint& point);

// What a run must reach for rounds-to-target and simulated time to target.
struct StudyTarget {
  std::string metric = "auc";  // "accuracy" or "auc", on the global test rows
  double value = 0.0;
  bool operator==(const StudyTarget&) const = default;
};

// What one run is given. The local engine ignores all but `threads`.
struct RunResources {
  std::int64_t threads = 0;  // of one run; 0: the machine's cores divided by the runs side by side
  double memory_bytes = 4e9;
  double time_limit_s = 3600.0;
  std::int64_t runs_per_task = 1;  // one after another in one task of a job array
  std::string partition;           // of the cluster; empty: its default
  bool operator==(const RunResources&) const = default;
};

struct Study {
  std::string name;
  std::filesystem::path scenario = {};      // absolute
  std::vector<std::string> chains = {};     // the scenario's, by name, in its order
  std::vector<std::string> overrides = {};  // KEY=VALUE, in every run
  std::vector<std::string> keys = {};       // what the points vary, in the order written: the study's axes
  std::vector<StudyPoint> points;
  std::vector<std::uint64_t> seeds;
  std::string compare_with = {};  // name of the point that the others are compared with, the first unless named; or of one choice,
                                  // such as a [[point]], with which each is compared at its own values of everything else
  std::optional<StudyTarget> target = {};
  RunResources resources = {};
  bool operator==(const Study&) const = default;
};

// The name of the point that `point` is compared with; its own where it is the one that others are compared with.
[[nodiscard]] const std::string& compared_point(const Study& study, const StudyPoint& point);

// One run of a study.
struct StudyRun {
  std::string name;       // "POINT_seed=N", unique
  std::size_t point = 0;  // in Study::points
  std::uint64_t seed = 0;
  std::vector<std::string> overrides;  // KEY=VALUE for the scenario, all that the run needs but its seed
  [[nodiscard]] std::filesystem::path file() const {
    return std::filesystem::path("runs") / (name + ".h5");
  }  // in its folder
  [[nodiscard]] std::filesystem::path log() const { return std::filesystem::path("runs") / (name + ".log"); }
  // Its exit status in decimal, once it has ended; 128 + N where signal N ended it.
  [[nodiscard]] std::filesystem::path status() const { return std::filesystem::path("runs") / (name + ".status"); }
};

// Reads a study strictly: TOML errors, unknown keys, axes on keys that the scenario does not know or with values that it
// refuses (every point's scenario is parsed), lists of unequal length side by side, two points of one name, no seeds or one
// seed twice, and a comparison with an unknown point throw UsageError with one message that says where (FILE:LINE), key, value
// and what is allowed, with the nearest known name. So do two settings of which one would undo the other, and more than 100,000
// runs. docs/studies.md describes the format.
enum class StudyPart { whole, quick };  // quick: what its table [quick] leaves of it
[[nodiscard]] Study load_study(const std::filesystem::path& file, const KnownNames& known_names = {},
                               StudyPart part = StudyPart::whole);

// KEY=VALUE for the scenario: what every run is given, then the settings of the point, chain by chain where they are of every
// chain.
[[nodiscard]] std::vector<std::string> point_overrides(const Study& study, const StudyPoint& point);

// Every run, seeds varying fastest: runs side by side then differ in their seed and so share no baseline to wait for.
[[nodiscard]] std::vector<StudyRun> study_runs(const Study& study);

// The study with everything resolved, as TOML; and back, without looking for the scenario: a study's folder can be read where
// the scenario is not. read_resolved_study(to_toml(study)) == study. Throws Error naming the file.
[[nodiscard]] std::string to_toml(const Study& study);
[[nodiscard]] Study read_resolved_study(const std::filesystem::path& file);

// BLAKE2b of to_toml() without resources and the place of the scenario's file, which change no result: the same for studies of
// the same runs, comparison and target.
[[nodiscard]] Digest study_digest(const Study& study);

// What StudyPoint::scenario_digest says of a resolved scenario as to_toml() writes it and a result file keeps it.
[[nodiscard]] std::string seedless_digest(const std::string& resolved_scenario);

}  // namespace polyclinic
