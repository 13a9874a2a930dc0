// NumPy's .npy arrays (numpy.lib.format, versions 1 to 3), and .npz archives of them.
//
// An .npy file is "\x93NUMPY", a major and a minor version byte, the header's length (2 bytes, little-endian; 4 from
// version 2 on), the header (a Python dictionary with descr, fortran_order and shape, in ASCII) and the raw numbers.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"

namespace polyclinic {

struct NpyHeader {
  std::string descr;                 // numpy's name of the type, e.g. |u1
  std::vector<std::int64_t> shape;
  std::int64_t data_offset = 0;      // bytes before the first number
};

// Reads the header at the start of `bytes`; `where` names the array in errors. Throws Error on anything that is not a
// header, on Fortran order and on structured types.
[[nodiscard]] NpyHeader parse_npy_header(ByteView bytes, const std::string& where);

// The array that `bytes` (uint8, 1-D) encode, as a tensor of its own type; of uint8, a view of `bytes`. Understands |b1,
// |u1, |i1, <i2, <i4, <i8, <u2 and <u4 (which become int64), <f4 and <f8. Every other type, big-endian ones too, is an
// Error, as is a shape that does not account for every byte.
[[nodiscard]] at::Tensor parse_npy(const at::Tensor& bytes, const std::string& where);

// A .npz file, open for reading.
class NpzArchive {
 public:
  virtual ~NpzArchive() = default;
  [[nodiscard]] virtual bool has(std::string_view array) const = 0;
  // The array called `array`. Throws Error that names the file and the array: absent (with the names there are),
  // truncated, wrong checksum, encrypted, or larger than its compressed bytes can hold.
  [[nodiscard]] virtual at::Tensor read(std::string_view array) const = 0;
};
[[nodiscard]] std::unique_ptr<NpzArchive> open_npz(const std::filesystem::path& file);

}  // namespace polyclinic
