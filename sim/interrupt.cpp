#include "sim/interrupt.hpp"

#include <csignal>

namespace polyclinic {
namespace {

// A signal handler can reach nothing but static storage: the one mutable global of the program.
volatile std::sig_atomic_t interrupted = 0;

}  // namespace

void watch_interrupts() {
  const auto note = [](int) { interrupted = 1; };
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
}

void check_interrupt() {
  if (interrupted != 0) throw Interrupted();
}

}  // namespace polyclinic
