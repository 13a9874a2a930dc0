#include "core/scenario/override.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

[[noreturn]] void reject(const std::string& label, const std::string& message) {
  throw UsageError(fmt::format("{}: {}", label, message));
}

std::optional<std::size_t> index_of(std::string_view segment) {
  std::size_t index = 0;
  const char* end = segment.data() + segment.size();
  const auto [stop, error] = std::from_chars(segment.data(), end, index);
  if (error != std::errc() || stop != end) return std::nullopt;
  return index;
}

std::optional<std::size_t> index_in(const toml::array& list, std::string_view segment) {
  if (const auto index = index_of(segment)) return index;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const toml::table* entry = list[i].as_table();
    if (entry != nullptr && (*entry)["name"].value<std::string_view>() == segment) return i;
  }
  return std::nullopt;
}

std::vector<std::string_view> split(std::string_view key) {
  std::vector<std::string_view> segments;
  for (std::size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.')) {
    segments.push_back(key.substr(0, dot));
    key.remove_prefix(dot + 1);
  }
  segments.push_back(key);
  return segments;
}

// A table {v = VALUE} whose nodes say that they come from `label`.
toml::table parse_value(const std::string& value, const std::string& label) {
  try {
    toml::table parsed = toml::parse("v = " + value, label);
    if (parsed.size() == 1) return parsed;
  } catch (const toml::parse_error&) {  // a bare word
  }
  toml::table word = toml::parse("v = ''", label);
  *word["v"].as_string() = value;
  return word;
}

// Copying a node would forget its source, so `holder`'s node is moved.
void put(toml::node& parent, std::string_view segment, toml::table holder, const std::string& label) {
  holder.begin()->second.visit([&](auto& value) {
    if (toml::table* table = parent.as_table()) {
      table->insert_or_assign(segment, std::move(value));
      return;
    }
    toml::array& list = *parent.as_array();
    const auto index = index_in(list, segment);
    if (!index || *index > list.size()) {
      reject(label, fmt::format("\"{}\" is no entry of a list that has {}", segment, list.size()));
    }
    if (*index == list.size()) {
      list.push_back(std::move(value));
    } else {
      list.replace(list.cbegin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
    }
  });
}

// What lies under `segment`, made if missing: a list where the next segment is an index, a table else.
toml::node& descend(toml::node& parent, std::string_view segment, std::string_view next, const std::string& label) {
  if (child_of(parent, segment) == nullptr) {
    put(parent, segment, toml::parse(index_of(next) ? "v = []" : "v = {}", label), label);
  }
  return const_cast<toml::node&>(*child_of(parent, segment));  // `parent` is mutable, and so is what it holds
}

}  // namespace

const toml::node* child_of(const toml::node& node, std::string_view segment) {
  if (const toml::table* table = node.as_table()) return table->get(segment);
  const toml::array* list = node.as_array();
  if (list == nullptr) return nullptr;
  const auto index = index_in(*list, segment);
  return index ? list->get(*index) : nullptr;
}

void apply_override(toml::table& root, const std::string& text) {
  const std::string label = "--set " + text;
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) reject(label, "needs the form KEY=VALUE");
  const std::vector<std::string_view> segments = split(std::string_view(text).substr(0, equals));
  toml::node* node = &root;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].empty()) reject(label, "the key has an empty part");
    if (!node->is_table() && !node->is_array()) reject(label, fmt::format("what is before .{} is a value", segments[i]));
    if (i + 1 < segments.size()) {
      node = &descend(*node, segments[i], segments[i + 1], label);
    } else {
      put(*node, segments[i], parse_value(text.substr(equals + 1), label), label);
    }
  }
}

}  // namespace polyclinic
