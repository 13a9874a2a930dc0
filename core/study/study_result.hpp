// What came of a study so far: the state of every run, and the final figures of those that finished as one tidy table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/record/figures.hpp"
#include "core/record/result_data.hpp"
#include "core/study/study.hpp"

namespace polyclinic {

enum class StudyRunState {
  missing,     // not begun
  running,     // its file is being written right now
  incomplete,  // killed or interrupted: `--resume` does it again
  failed,      // it ended with an exit status above 0, other than that of an interrupted one
  complete,
};
[[nodiscard]] const char* name_of(StudyRunState state);

struct StudyRunResult {
  StudyRun run;
  StudyRunState state = StudyRunState::missing;
  std::string message = {};                                               // of a failed one: what it said
  std::string fingerprint = {};                                           // of a complete one
  double wall_s = unknown, cpu_s = unknown, peak_memory_bytes = unknown;  // they alone may differ between two sweeps
};

// Final figures of one run's chain: one row for the collaboration, and one for each baseline that the run has. NaN where there
// is none.
struct StudyFigures {
  std::size_t run = 0;  // in StudyResult::runs
  std::string chain;
  std::string series;       // "collaboration", "centralized", "full_sharing", "local": means over institutions, at the
                            // times of the slowest
  double rounds = unknown;  // finished
  double test_accuracy = unknown, test_auc = unknown, test_loss = unknown;  // of the final model, on the global test rows
  double local_accuracy = unknown, local_auc = unknown;    // mean over institutions, each on its own test rows
  double sim_time_s = unknown;                             // when the last round was over, on the series' own clock: that of a
                                                           // chain runs from the opening of its first round
  double published_bytes = unknown, wire_bytes = unknown;  // over all rounds; of collaboration and full sharing
  // How learning began and went on: before the first round (round 0: after a transfer that came in time, before any training),
  // after it, and the area under the curve over rounds, as its mean height (curve_area()).
  double start_accuracy = unknown, first_accuracy = unknown, area_accuracy = unknown;
  double start_auc = unknown, first_auc = unknown, area_auc = unknown;
  // What came from other chains (rows.hpp, AuxiliaryRow); of collaboration, where any did. Means are over rounds and objects that
  // gave guidance; objects and bytes count each object once, however many rounds it served; refused ones are packets and objects.
  double auxiliary_weight = unknown, auxiliary_similarity = unknown;
  double auxiliary_objects = unknown, auxiliary_refused = unknown;
  double auxiliary_header_bytes = unknown, auxiliary_proof_bytes = unknown, auxiliary_payload_bytes = unknown;
  // How the chain behaved; of collaboration, and all that there is of a chain without learning (rows.hpp, ChainSummaryRow).
  double final_blocks = unknown, stale_rate = unknown, block_interval_s = unknown, commit_median_s = unknown;
  // What attacks came to (leakage_figures.hpp), with private numbers or labels handed to none (T3); of collaboration, where any were
  // tried. Images: of the strongest attack, observer and round, the median PSNR, the median of it above the mean image, the share
  // recovered. Labels, membership: of the strongest attack, observer and round the mean over updates or targets. Epsilon: of the
  // member that has spent most by the end.
  double leak_psnr_db = unknown, leak_gain_db = unknown, leak_recovered_rate = unknown;
  double leak_label_skill = unknown, leak_membership_auc = unknown, leak_membership_tpr = unknown;
  double epsilon = unknown;
  // The first evaluated round that meets the study's target, and what had passed by then; NaN where none does.
  double rounds_to_target = unknown, time_to_target_s = unknown, bytes_to_target = unknown;
};

// What one method of personalization came to in one run's chain: over its institutions, each on its own test rows. NaN where
// nobody has the figure.
struct PersonalFigures {
  std::size_t run = 0;  // in StudyResult::runs
  std::string chain, method;
  double institutions = unknown;
  // Means over those that have the figure: trained alone, what the collaboration gave, the personal model.
  double local_accuracy = unknown, local_auc = unknown, local_loss = unknown;
  double collaborative_accuracy = unknown, collaborative_auc = unknown, collaborative_loss = unknown;
  double personal_accuracy = unknown, personal_auc = unknown, personal_loss = unknown;
  // Means of personal minus collaborative, and of personal minus local.
  double gain_accuracy = unknown, gain_auc = unknown;
  double local_gain_accuracy = unknown, local_gain_auc = unknown;
  // By AUC, and where it is undefined by accuracy: those whose personal model is better than the collaborative one, and worse.
  double share_gained = unknown, share_hurt = unknown;
  // The least of any institution, and the tenth percentile over them (nearest rank): of the gain, and of the personal model.
  double worst_gain_accuracy = unknown, p10_gain_accuracy = unknown, worst_accuracy = unknown, p10_accuracy = unknown;
  double worst_gain_auc = unknown, p10_gain_auc = unknown, worst_auc = unknown, p10_auc = unknown;
};

struct StudyResult {
  Study study;
  std::vector<StudyRunResult> runs;        // as study_runs() orders them
  std::vector<StudyFigures> figures;       // in the order of runs; of complete ones only
  std::vector<PersonalFigures> personal = {};  // likewise
};

[[nodiscard]] std::size_t count_runs(const StudyResult& result, StudyRunState state);
// "12 complete, 1 failed, 2 missing"
[[nodiscard]] std::string states_text(const StudyResult& result);

// Told of every complete run that is read: its place in StudyResult::runs, and its result.
using RunVisitor = std::function<void(std::size_t run, const ResultData& data)>;

// The study whose sweep wrote `folder` (its study.toml), and what its run files hold now. A run file that is damaged, or of another
// scenario, counts as incomplete. Throws Error where the folder holds no study.
[[nodiscard]] StudyResult read_study(const std::filesystem::path& folder, const RunVisitor& visit = {});
// What the run files in `folder` hold of `study`. Runs that were complete in `earlier`, of the same study, are not read again.
[[nodiscard]] StudyResult read_runs(const std::filesystem::path& folder, const Study& study,
                                    const StudyResult& earlier = {}, const RunVisitor& visit = {});
// The exit status that the file of a run that ended holds (StudyRun::status()); none where there is no such file.
[[nodiscard]] std::optional<int> read_exit_status(const std::filesystem::path& file);
// What a run that ended with this status said last, in one line; or how it ended.
[[nodiscard]] std::string failure_message(const std::filesystem::path& log, int status);
// Whether a sweep has put a study there (study.toml).
[[nodiscard]] bool holds_study(const std::filesystem::path& folder);

// FOLDER/study.h5: links to the runs' files, the tidy table, and the statistics, replaced as a whole. docs/studies.md is its
// schema. Throws Error naming the file.
void write_manifest(const std::filesystem::path& folder, const StudyResult& result);

// What `polyclinic show FOLDER` prints: runs by state, then each point's figures with intervals and differences.
[[nodiscard]] std::string summarize(const StudyResult& result);

}  // namespace polyclinic
