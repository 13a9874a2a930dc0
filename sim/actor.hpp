// The only way to start an actor. An exception that leaves an actor would abort the process, so every life is guarded:
// the first failure is kept, everybody else is unwound, and Simulation rethrows it.
#pragma once

#include <simgrid/forward.h>

#include <exception>
#include <functional>
#include <string>

namespace polyclinic {

class Stage {
 public:
  // `life` runs on `host` as an actor of its own; it must not outlive this stage.
  simgrid::s4u::ActorPtr spawn(const std::string& name, simgrid::s4u::Host* host, std::function<void()> life);
  // Runs `act` now, in whatever context this is called; a failure ends the simulation as an actor's would.
  void guard(const std::function<void()>& act);
  // Throws what the first failing actor threw, if any did.
  void rethrow_failure() const;
  [[nodiscard]] bool failed() const { return failure_ != nullptr; }

 private:
  std::exception_ptr failure_;
};

}  // namespace polyclinic
