// What every chain of a simulation shares.
#pragma once

#include "core/compute/pool.hpp"
#include "core/scenario/scenario.hpp"
#include "sim/agenda.hpp"
#include "sim/network.hpp"
#include "sim/wire.hpp"

namespace polyclinic {

struct Services {                      // all outlive the engine
  Stage& stage;
  Agenda& agenda;
  Network& network;
  Wire& wire;
  Pool& pool;
  const Scenario& scenario;
};

}  // namespace polyclinic
