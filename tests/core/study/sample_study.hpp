// A study of two points and three seeds whose figures are made up, as they are read or with files behind them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/study/study_result.hpp"

namespace polyclinic {

// Points "fraction=1" (the one compared with) and "fraction=0.1"; seeds 1, 2, 3; target AUC 0.8.
[[nodiscard]] Study sample_study();

// All runs missing, no figures.
[[nodiscard]] StudyResult empty_result(const Study& study);

// Makes the run of `point` and `seed` complete, and gives it this figure of chain "north".
void put_auc(StudyResult& result, std::size_t point, std::uint64_t seed, const std::string& series, double test_auc);

// The result file of a complete run with chain "north": rounds 1 and 2 of those AUCs, at 10 and 20 s, 1000 published bytes each.
void write_run(const std::filesystem::path& file, double first_auc, double second_auc, bool complete = true);

}  // namespace polyclinic
