// write_sample FILE.h5 INSTITUTIONS ROUNDS [killed]: a made-up result file, for the pictures; "killed" dies before the end.
#include <fmt/format.h>

#include <csignal>
#include <string>

#include "tests/core/record/sample_run.hpp"

int main(int count, char** words) {
  if (count < 4) {
    fmt::print(stderr, "write_sample FILE.h5 INSTITUTIONS ROUNDS [killed]\n");
    return 2;
  }
  polyclinic::Recorder recorder(words[1], true, {.first_s = 0, .pause_s = 0, .pause_per_writing = 1});
  record_sample(recorder, {std::stoi(words[2]), std::stoi(words[3])});
  if (count > 4) std::raise(SIGKILL);
  recorder.finish();
  return 0;
}
