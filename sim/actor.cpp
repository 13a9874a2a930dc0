#include "sim/actor.hpp"

#include <simgrid/s4u.hpp>

#include <utility>

namespace polyclinic {

simgrid::s4u::ActorPtr Stage::spawn(const std::string& name, simgrid::s4u::Host* host, std::function<void()> life) {
  return simgrid::s4u::Actor::create(name, host, [this, life = std::move(life)] { guard(life); });
}

void Stage::guard(const std::function<void()>& act) {
  bool first_failure = false;
  try {
    act();
  } catch (const std::exception&) {  // not `...`: SimGrid unwinds killed actors with an exception of its own
    first_failure = !failed();
    if (first_failure) failure_ = std::current_exception();
  }
  // Outside the catch block: actors share one thread's exception stack, so a simcall in there would mix them up.
  if (first_failure) simgrid::s4u::Actor::kill_all();
}

void Stage::rethrow_failure() const {
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace polyclinic
