#include "core/scenario/parse.hpp"

#include <fmt/format.h>

#include "core/scenario/checks.hpp"
#include "core/scenario/document.hpp"
#include "core/scenario/fields.hpp"
#include "core/scenario/read_table.hpp"

namespace polyclinic {
Scenario parse_scenario(std::string_view text, const std::string& file_name, const std::vector<std::string>& overrides,
                        const KnownNames& known_names) {
  const Document document(text, file_name, overrides);
  Scenario scenario = read_table<Scenario>(document, known_names, document.root(), "");
  check_consistency(scenario, known_names,
                    [&](const std::string& path, const std::string& message) { document.reject(path, message); });
  return scenario;
}

Scenario load_scenario(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                       const KnownNames& known_names) {
  Scenario scenario = parse_scenario(read_text(file, "scenario"), file.string(), overrides, known_names);
  scenario.folder = std::filesystem::absolute(file).parent_path().string();
  return scenario;
}

std::string locate_message(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                           std::string_view table_path, std::string_view message) {
  const Document document(read_text(file, "scenario"), file.string(), overrides);
  const std::string_view word = message.substr(0, message.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_."));
  const bool is_key = word.find('.') != std::string_view::npos && word.back() != '.';
  if (!is_key) return fmt::format("{}: {}: {}", document.where(table_path), table_path, message);
  return fmt::format("{}: {}", document.where(join_path(table_path, word)), join_path(table_path, message));
}

}  // namespace polyclinic
