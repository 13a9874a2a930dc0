// write_sample FILE.h5 INSTITUTIONS ROUNDS [interrupted | killed]: a made-up result file, for the pictures. An interrupted or
// killed one ends before its baselines.
#include <fmt/format.h>

#include <csignal>
#include <string>

#include "tests/core/record/sample_run.hpp"

int main(int count, char** words) {
  if (count < 4) {
    fmt::print(stderr, "write_sample FILE.h5 INSTITUTIONS ROUNDS [interrupted | killed]\n");
    return 2;
  }
  const std::string ending = count > 4 ? words[4] : "";
  polyclinic::Recorder recorder(words[1], true, {.first_s = 0, .pause_s = 0, .pause_per_writing = 1});
  record_sample(recorder, {std::stoi(words[2]), std::stoi(words[3]), ending.empty()});
  if (ending == "killed") std::raise(SIGKILL);
  if (ending.empty()) recorder.finish();
  return 0;
}
