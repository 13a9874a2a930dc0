#include "core/scenario/document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/scenario/limits.hpp"
#include "core/scenario/override.hpp"
#include "core/scenario/write_value.hpp"

namespace polyclinic {
namespace {

toml::table parse_text(std::string_view text, const std::string& file_name) {
  try {
    return toml::parse(text, file_name);
  } catch (const toml::parse_error& error) {
    throw UsageError(fmt::format("{}:{}: {}", file_name, error.source().begin.line, error.description()));
  }
}

std::string position_of(const toml::node& node, const std::string& file_name) {
  const toml::source_region& source = node.source();
  const bool overridden = source.path && *source.path != file_name;
  if (overridden) return *source.path;
  return source.begin.line > 0 ? fmt::format("{}:{}", file_name, source.begin.line) : file_name;
}

std::string toml_of_list(const toml::array& list) {
  std::vector<std::string> texts;
  for (const toml::node& element : list) texts.push_back(toml_of(element));
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

std::string toml_of_key(const std::string& key) {
  const bool bare = !key.empty() && is_identifier(key) && key.find('.') == std::string::npos;
  return bare ? key : write_value(key);
}

std::string toml_of_table(const toml::table& table) {
  if (table.empty()) return "{}";
  std::vector<std::string> texts;
  for (const auto& [key, node] : table) {
    texts.push_back(fmt::format("{} = {}", toml_of_key(std::string(key.str())), toml_of(node)));
  }
  return fmt::format("{{ {} }}", fmt::join(texts, ", "));
}

}  // namespace

Document::Document(std::string_view text, std::string file_name, const std::vector<std::string>& overrides)
    : file_name_(std::move(file_name)), root_(parse_text(text, file_name_)) {
  for (const std::string& text_of_override : overrides) apply_override(root_, text_of_override);
}

std::string Document::where(std::string_view path) const {
  const toml::node* node = &root_;
  std::string position = file_name_;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    node = child_of(*node, path.substr(0, dot));
    if (node == nullptr) break;
    position = position_of(*node, file_name_);
    path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
  }
  return position;
}

std::string Document::where(const toml::node& node) const { return position_of(node, file_name_); }

void Document::reject(std::string_view path, const std::string& message) const {
  throw UsageError(fmt::format("{}: {}", where(path), message));
}

void Document::reject(const toml::node& node, const std::string& message) const {
  throw UsageError(fmt::format("{}: {}", where(node), message));
}

std::string join_path(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

// toml++ writes all 17 digits of a number.
std::string toml_of(const toml::node& node) {
  if (const toml::array* list = node.as_array()) return toml_of_list(*list);
  if (const toml::table* table = node.as_table()) return toml_of_table(*table);
  if (const auto* number = node.as_floating_point()) return write_value(number->get());
  std::ostringstream stream;
  node.visit(
      [&](const auto& concrete) { stream << toml::toml_formatter(concrete, toml::format_flags::allow_unicode_strings); });
  return std::move(stream).str();
}

std::string text_of(const toml::node& node) {
  constexpr std::size_t longest = 80;
  const std::string text = toml_of(node);
  return text.size() <= longest ? text : text.substr(0, longest) + " ...";
}

std::string read_text(const std::filesystem::path& file, std::string_view kind) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (stream && std::filesystem::is_regular_file(file)) text << stream.rdbuf();
  if (!stream || text.str().empty()) throw UsageError(fmt::format("{}: cannot be read as a {} file", file.string(), kind));
  return std::move(text).str();
}

}  // namespace polyclinic
