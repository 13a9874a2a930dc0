// Runs that are commands of a shell, in a folder of their own.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "sim/batch/engine.hpp"
#include "tests/sim/small_world.hpp"

namespace polyclinic::test {

class ShellRuns {
 public:
  // $FOLDER in `script` is the folder's path.
  void add(const std::string& name, const std::string& script) {
    const std::string folder = "FOLDER=" + folder_.path().string() + "; ";
    runs_.push_back({name, {"/bin/sh", "-c", folder + script}, at(name + ".log"), at(name + ".status")});
  }
  void add_program(const std::string& name, const std::string& program) {
    runs_.push_back({name, {program}, at(name + ".log"), at(name + ".status")});
  }

  // Their outcomes, in the order of ending; `told` has what observers were told.
  std::vector<BatchOutcome> carry_out(std::int64_t jobs) {
    BatchOptions options;
    options.jobs = jobs;
    options.folder = folder_.path();
    BatchObserver observer;
    observer.started = [this](const std::string& run) { told.push_back("started " + run); };
    observer.ended = [this](const BatchOutcome& outcome) { told.push_back("ended " + outcome.name); };
    return make_engine("local", options)->carry_out(runs_, observer);
  }

  [[nodiscard]] std::filesystem::path at(const std::string& name) const { return folder_.path() / name; }
  [[nodiscard]] std::string text(const std::string& name) const {
    std::ostringstream content;
    content << std::ifstream(at(name)).rdbuf();
    return content.str();
  }
  void write(const std::string& name, const std::string& content) const { std::ofstream(at(name)) << content; }

  std::vector<std::string> told;

 private:
  TemporaryFolder folder_;
  std::vector<BatchRun> runs_;
};

}  // namespace polyclinic::test
