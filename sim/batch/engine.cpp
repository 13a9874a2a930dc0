#include "sim/batch/engine.hpp"

#include "sim/batch/local_engine.hpp"
#include "sim/batch/slurm_array.hpp"
#include "sim/batch/slurm_engine.hpp"

namespace polyclinic {
namespace {

struct EngineKind {
  NamedKind named;
  std::unique_ptr<Engine> (*make)(const BatchOptions& options);
};

const std::vector<EngineKind>& engine_kinds() {
  static const std::vector<EngineKind> kinds{
      {{"local", "processes on this machine, as many at once as it has cores"}, make_local_engine},
      {{"slurm", "tasks of a Slurm job array, on a cluster"}, make_slurm_engine},
  };
  return kinds;
}

}  // namespace

std::vector<NamedKind> engines() { return named_kinds(engine_kinds()); }

std::unique_ptr<Engine> make_engine(const std::string& name, const BatchOptions& options) {
  const EngineKind kind = find_kind(engine_kinds(), "engine", name);
  if (name != "slurm") require_no_slurm_jobs(options.folder);
  return kind.make(options);
}

}  // namespace polyclinic
