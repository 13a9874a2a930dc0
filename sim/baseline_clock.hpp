// When the baselines would have reached each round. They have machines of their own: nothing here contends with the run.
#pragma once

#include <vector>

#include "core/collaboration/baselines.hpp"
#include "core/record/recorder.hpp"
#include "core/scenario/institutions.hpp"

namespace polyclinic {

// Raw training rows over every uplink at once, then training at baseline.flops_per_s. Under /baselines/centralized/NAME.
void record_centralized(Recorder& recorder, const ChainPlan& plan, const std::vector<Institution>& institutions,
                        const BaselineConfig& config, const BaselineRun& run);

// Training at the institution's own speed. Under /baselines/local/NAME.
void record_local(Recorder& recorder, const ChainPlan& plan, const Institution& institution, const BaselineRun& run);

}  // namespace polyclinic
