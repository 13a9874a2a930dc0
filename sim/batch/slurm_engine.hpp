// The engine of a cluster: runs are tasks of a Slurm job array, which go on without the sweep that submitted them.
#pragma once

#include <memory>

#include "sim/batch/engine.hpp"
#include "sim/batch/slurm_watch.hpp"

namespace polyclinic {

// carry_out() first attaches to what an earlier sweep of the folder left in Slurm's queue: runs there are waited for and never
// submitted a second time. It submits the others as an array of tasks of `runs_per_task` runs each (several arrays where one
// would be larger than the cluster allows, one after another where `jobs` bounds how many tasks run at once) and waits for the
// status that each leaves. A run whose task is over without one is a failure with what Slurm says of it, and leaves none.
// Interrupted, or by an error, it cancels the arrays. Without `wait` it returns nothing as soon as all is submitted.
// Where sbatch refuses one array, those submitted with it are cancelled.
[[nodiscard]] std::unique_ptr<Engine> make_slurm_engine(const BatchOptions& options);
[[nodiscard]] std::unique_ptr<Engine> make_slurm_engine(const BatchOptions& options, const SlurmPace& pace);

}  // namespace polyclinic
