// A result as an HDF5 file that h5py, pandas and HDFView read without our code. Default format (HDF5 1.8 and later read it).
// - a table is a one-dimensional chunked and compressed dataset of a compound type: 64-bit integers, doubles, and strings of
//   fixed size (UTF-8, padded with NUL, as long as the column's longest), with an attribute `units`, ordered as its columns;
// - a text is a scalar string of variable length (UTF-8), and so are attributes of text;
// - an array is a contiguous dataset;
// - a link is an external one to the other file's root group.
// No time of day is stored: equal results give equal files.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/record/result_data.hpp"

namespace polyclinic {

// The root's attribute `format`: what kind of file this is.
inline constexpr std::string_view result_format = "polyclinic";
inline constexpr std::string_view study_format = "polyclinic-study";

// Writes a temporary file beside `path` and renames it. Throws Error naming the file; what was at `path` then stays.
void write_hdf5(const std::filesystem::path& path, const ResultData& data);

// Throws Error naming the file where it is missing, cut off, damaged, of another format or none of this program's, or of a
// later schema version. Datasets of kinds that a result does not have are passed over; links are read, not followed.
[[nodiscard]] ResultData read_hdf5(const std::filesystem::path& path, std::string_view format = result_format);

}  // namespace polyclinic
