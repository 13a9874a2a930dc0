#include "sim/interrupt.hpp"

#include <csignal>
#include <cstdlib>

namespace polyclinic {
namespace {

// A signal handler can reach nothing but static storage.
volatile std::sig_atomic_t interrupted = 0;

}  // namespace

void watch_interrupts() {
  const auto note = [](int) {
    if (interrupted != 0) std::_Exit(130);  // asked twice: now, without tidying up
    interrupted = 1;
  };
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
}

bool interrupt_requested() { return interrupted != 0; }

void check_interrupt() {
  if (interrupt_requested()) throw Interrupted();
}

}  // namespace polyclinic
