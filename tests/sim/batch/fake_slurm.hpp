// Slurm's programs as small shell scripts at the front of PATH, for tests on machines without Slurm: sbatch carries out the tasks
// of an array on the spot, unless told to let them wait, and squeue prints what a file holds.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/batch/engine.hpp"

namespace polyclinic::test {

class FakeSlurm {
 public:
  FakeSlurm();                                        // arrays of up to 1001 tasks
  ~FakeSlurm();
  FakeSlurm(const FakeSlurm&) = delete;
  FakeSlurm& operator=(const FakeSlurm&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }  // of a study, with runs/ in it

  void allow_array_size(int tasks);
  void refuse(const std::string& program, const std::string& complaint);
  void accept(const std::string& program);
  void hold();                                        // arrays submitted from now on wait
  void set_queue(const std::string& lines);
  void set_states(const std::string& state, const std::string& reason);  // of all tasks in the queue
  void carry_out_waiting();
  [[nodiscard]] std::string called(const std::string& program) const;    // all its arguments so far, one a line

  // A run of the study that is this shell command.
  [[nodiscard]] BatchRun run(const std::string& name, const std::string& command) const;
  [[nodiscard]] std::string read(const std::filesystem::path& file) const;  // without the end of its last line; empty if absent

 private:
  std::filesystem::path root_, folder_, programs_;
  std::string path_before_;
};

}  // namespace polyclinic::test
