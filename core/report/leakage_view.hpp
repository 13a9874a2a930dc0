// Reading what attacks found on one chain. Included by the view of a run alone.
#pragma once

#include <string>

#include "core/report/run_view.hpp"

namespace polyclinic {

[[nodiscard]] LeakageRows leakage_of(const ResultData& data, const std::string& chain);

}  // namespace polyclinic
