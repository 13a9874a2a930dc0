// Comma-separated text, cut into fields.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace polyclinic {

struct TableRow {
  std::size_t line = 0;               // in the file, from 1
  std::vector<std::string> fields;    // without surrounding blanks
};

// The rows of `file` that are not blank. Quoted fields are an Error: no format read here has them.
[[nodiscard]] std::vector<TableRow> read_table(const std::filesystem::path& file);

}  // namespace polyclinic
