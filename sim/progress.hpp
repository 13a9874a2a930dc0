// How far a run is: shown on a terminal, nowhere else.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace polyclinic {

class Progress {
 public:
  // `rounds`: over all chains. Shows nothing unless `visible`.
  Progress(std::int64_t rounds, bool visible) : rounds_(rounds), visible_(visible) {}
  void round_done(const std::string& chain, std::int64_t round, double sim_time_s, double accuracy);
  void note(const std::string& what);
  void clear();

 private:
  void show(const std::string& line);

  std::int64_t rounds_;
  bool visible_;
  std::int64_t done_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace polyclinic
