// Ctrl-C: a flag that the signal sets, and waiting for jobs that looks at it.
#pragma once

#include <chrono>
#include <stdexcept>

#include "core/compute/pool.hpp"

namespace polyclinic {

// The user stopped the run; what was recorded stays readable.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

// Installs handlers for SIGINT and SIGTERM; a second signal ends the process at once. SimGrid installs its own for SIGINT: call
// this after the engine exists.
void watch_interrupts();
[[nodiscard]] bool interrupt_requested();
// Throws Interrupted if a signal came.
void check_interrupt();

// A job's result, unless the user interrupts the wait.
template <class T>
[[nodiscard]] const T& await(const Job<T>& job) {
  while (!job.wait_for(std::chrono::milliseconds(100))) check_interrupt();
  return job.get();
}

}  // namespace polyclinic
