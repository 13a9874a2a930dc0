// The engine of a workstation: runs are child processes, some of them side by side.
#pragma once

#include <memory>

#include "sim/batch/engine.hpp"

namespace polyclinic {

// Runs read nothing, print into their log, and are each a process group of their own, so that Ctrl-C on a terminal reaches the
// sweep alone, which then sends SIGTERM to them. They die with the thread that carries them out, however it ends. Each has one
// thread in OpenBLAS: the cores are given to workers of its pool.
[[nodiscard]] std::unique_ptr<Engine> make_local_engine(const BatchOptions& options);

}  // namespace polyclinic
