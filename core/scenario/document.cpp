#include "core/scenario/document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/scenario/override.hpp"

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

std::string whole_text_of(const toml::node& node);

std::string text_of_list(const toml::array& list) {
  std::vector<std::string> texts;
  for (const toml::node& element : list) texts.push_back(whole_text_of(element));
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

// As toml++ writes it, but for numbers, to which it gives all 17 digits.
std::string whole_text_of(const toml::node& node) {
  if (const toml::array* list = node.as_array()) return text_of_list(*list);
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  std::ostringstream stream;
  node.visit(
      [&](const auto& concrete) { stream << toml::toml_formatter(concrete, toml::format_flags::allow_unicode_strings); });
  return std::move(stream).str();
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

void Document::reject(std::string_view path, const std::string& message) const {
  throw UsageError(fmt::format("{}: {}", where(path), message));
}

std::string join_path(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

std::string text_of(const toml::node& node) {
  constexpr std::size_t longest = 80;
  const std::string text = whole_text_of(node);
  return text.size() <= longest ? text : text.substr(0, longest) + " ...";
}

}  // namespace polyclinic
