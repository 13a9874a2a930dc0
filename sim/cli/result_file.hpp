// A result file as the program's subcommands read it.
#pragma once

#include <filesystem>

#include "core/record/result_data.hpp"

namespace polyclinic {

// What is known of the run; the file of a killed one is brought up to date from its journal, where that can be written.
[[nodiscard]] ResultData completed_result(const std::filesystem::path& file);

}  // namespace polyclinic
