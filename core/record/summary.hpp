// What `polyclinic run` prints at its end and `polyclinic show` prints of result files: plain text of fixed width.
#pragma once

#include <span>
#include <string>

#include "core/record/result_data.hpp"

namespace polyclinic {

struct NamedResult {
  std::string name;  // of the file
  ResultData data;
};

// One run: its chains, each beside its baselines, and what it cost. An incomplete run says so.
[[nodiscard]] std::string summarize(const ResultData& data);

// Several runs side by side, one line a run and chain.
[[nodiscard]] std::string compare(std::span<const NamedResult> results);

}  // namespace polyclinic
