#include "core/sharing/update.hpp"

#include <utility>

namespace polyclinic {

SharedUpdate::SharedUpdate(Bytes payload) : payload_(std::move(payload)), digest_(sha256(payload_)) {}

}  // namespace polyclinic
