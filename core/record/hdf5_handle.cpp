#include "core/record/hdf5_handle.hpp"

namespace polyclinic {

namespace {

herr_t keep_description(unsigned, const H5E_error2_t* error, void* description) {
  if (error->desc != nullptr) *static_cast<std::string*>(description) = error->desc;
  return 0;
}

}  // namespace

std::string hdf5_failure() {
  std::string description = "HDF5 gives no reason";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_description, &description);
  return description;
}

Hdf5Silence::Hdf5Silence() {
  H5Eget_auto2(H5E_DEFAULT, &print_, &where_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Hdf5Silence::~Hdf5Silence() { H5Eset_auto2(H5E_DEFAULT, print_, where_); }

}  // namespace polyclinic
