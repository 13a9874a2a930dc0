// Where tensors are computed. Only the pool and the learning code know.
#pragma once

namespace polyclinic {

enum class Device { cpu, cuda };

}  // namespace polyclinic
