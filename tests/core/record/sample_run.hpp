// A made-up run that looks like a real one: learning curves that level off, hospitals of different size and speed, two chains.
#pragma once

#include <string>

#include "core/record/recorder.hpp"

namespace polyclinic {

struct SampleRun {
  int institutions = 8;  // the first chain has all of them, the second the first half
  int rounds = 20;
  bool baselines = true;
};

// Records all of it; the caller finishes, or does not.
void record_sample(Recorder& recorder, const SampleRun& sample);

}  // namespace polyclinic
