// Made-up blocks and faults for a sample run, with all that may become of a block.
#pragma once

#include <string>

#include "core/record/recorder.hpp"

namespace polyclinic {

struct SampleBlocks {
  std::string chain;
  std::string consensus;          // "proof_of_work": forks, reorganisations, a reversal in a partition; else a plain chain
  double interval_s = 2.0;
  int validators = 4;
};

// Blocks from 0 to `until_s`, the chain's summary, and for proof_of_work a crash, a partition and a loss of messages in
// /events.
void record_sample_blocks(Recorder& recorder, const SampleBlocks& sample, double until_s);

}  // namespace polyclinic
