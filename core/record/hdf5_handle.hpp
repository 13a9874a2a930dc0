// HDF5's C identifiers as values that close themselves, and its return codes as Errors. Included by .cpp files of this room only.
#pragma once

#include <hdf5.h>

#include <string>
#include <utility>

#include "core/base/error.hpp"

namespace polyclinic {

// What HDF5 says about its last failure: the innermost description.
[[nodiscard]] std::string hdf5_failure();

// `result` of an HDF5 call, unless it is negative: then Error with what was attempted and HDF5's own reason.
template <class Result>
Result checked(Result result, const char* attempt) {
  if (result < 0) fail("cannot {} ({})", attempt, hdf5_failure());
  return result;
}

class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Hdf5Handle(hid_t id, Close close, const char* attempt) : id_(checked(id, attempt)), close_(close) {}
  ~Hdf5Handle() {
    if (id_ >= 0) close_(id_);
  }
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&&) = delete;
  [[nodiscard]] hid_t id() const { return id_; }

 private:
  hid_t id_;
  Close close_;
};

// Keeps HDF5 from printing its error stack while in scope.
class Hdf5Silence {
 public:
  Hdf5Silence();
  ~Hdf5Silence();
  Hdf5Silence(const Hdf5Silence&) = delete;
  Hdf5Silence& operator=(const Hdf5Silence&) = delete;

 private:
  H5E_auto2_t print_ = nullptr;
  void* where_ = nullptr;
};

}  // namespace polyclinic
