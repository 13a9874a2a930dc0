// What `polyclinic show FOLDER` prints of one chain's help from others and of personal models. Included by the summary alone.
#pragma once

#include <string>

#include "core/study/study_result.hpp"

namespace polyclinic {

// How many times as long others took to the target, of a chain that had something from another one; empty where no point is
// compared, or there is no target.
[[nodiscard]] std::string ratios_text(const StudyResult& result, const std::string& chain);

// What each method of personalization came to; empty where there is none.
[[nodiscard]] std::string personal_text(const StudyResult& result, const std::string& chain);

// What attacks came to at each point; empty where none was tried.
[[nodiscard]] std::string leakage_text(const StudyResult& result, const std::string& chain);

}  // namespace polyclinic
