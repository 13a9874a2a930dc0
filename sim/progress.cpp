#include "sim/progress.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>

namespace polyclinic {

void Progress::round_done(const std::string& chain, std::int64_t round, double sim_time_s, double accuracy) {
  ++done_;
  const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const double left_s = elapsed_s * static_cast<double>(rounds_ - done_) / static_cast<double>(done_);
  const std::string measured = std::isnan(accuracy) ? "" : fmt::format("  accuracy {:.3f}", accuracy);
  show(fmt::format("{}/{} rounds  {} round {}  simulated {:.1f} s{}  about {:.0f} s left", done_, rounds_, chain, round,
                   sim_time_s, measured, left_s));
}

void Progress::note(const std::string& what) { show(what); }

void Progress::show(const std::string& line) {
  if (!visible_) return;
  fmt::print(stderr, "\r\033[K{}", line);
  std::fflush(stderr);
}

void Progress::clear() { show(""); }

}  // namespace polyclinic
