#include "core/data/table.hpp"

#include <sstream>

#include "core/base/error.hpp"
#include "core/data/files.hpp"

namespace polyclinic {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::size_t start = 0;
  for (std::size_t comma = line.find(','); comma != std::string::npos; comma = line.find(',', start)) {
    fields.push_back(trimmed(line.substr(start, comma - start)));
    start = comma + 1;
  }
  fields.push_back(trimmed(line.substr(start)));
  return fields;
}

}  // namespace

std::vector<TableRow> read_table(const std::filesystem::path& file) {
  std::istringstream text(read_text(file));
  std::vector<TableRow> rows;
  std::string line;
  for (std::size_t number = 1; std::getline(text, line); ++number) {
    if (trimmed(line).empty()) continue;
    require(line.find('"') == std::string::npos, "{}:{}: quoted fields are not supported", file.string(), number);
    rows.push_back({number, fields_of(line)});
  }
  return rows;
}

}  // namespace polyclinic
