#include "sim/batch/sweep_progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "core/record/text_table.hpp"

namespace polyclinic {

SweepProgress::SweepProgress(std::size_t runs, std::size_t done, std::int64_t jobs, Display display)
    : runs_(runs), done_(done), jobs_(jobs), display_(display), to_do_(runs - done) {}

void SweepProgress::started(const std::string&) {
  ++running_;
  say("", false);
}

void SweepProgress::ended(const BatchOutcome& outcome, const std::string& failure) {
  --running_;
  ++ended_;
  if (outcome.status != 0) {
    ++failed_;
    return say(fmt::format("{} failed: {}", outcome.name, failure), true);
  }
  ++done_;
  ++timed_;
  wall_s_ += outcome.wall_s;
  say(display_ == Display::lines ? fmt::format("{} took {}: {}", outcome.name, duration_text(outcome.wall_s), line()) : "",
      false);
}

void SweepProgress::note(const std::string& what) { say(what, false); }

std::string SweepProgress::line() const {
  return fmt::format("{}/{} runs done  {} running  {} failed{}", done_, runs_, running_, failed_, time_left());
}

std::string SweepProgress::time_left() const {
  if (timed_ == 0 || ended_ == to_do_) return "";
  const double each_s = wall_s_ / static_cast<double>(timed_);
  const auto side_by_side = static_cast<double>(jobs_ > 0 ? jobs_ : std::max<std::int64_t>(1, running_));
  return fmt::format("  about {} left", duration_text(each_s * static_cast<double>(to_do_ - ended_) / side_by_side));
}

// On a terminal the text stays, and the line that changes moves below it.
void SweepProgress::say(const std::string& text, bool important) {
  if (display_ == Display::line) {
    fmt::print(stderr, "\r\033[K{}{}{}", text, text.empty() ? "" : "\n", line());
  } else if (!text.empty() && (important || display_ == Display::lines)) {
    fmt::print(stderr, "{}\n", text);
  }
  std::fflush(stderr);
}

void SweepProgress::clear() {
  if (display_ == Display::line) fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
}

}  // namespace polyclinic
