// A scenario's text as a tree of TOML nodes, with overrides applied, that knows where each of its values was written.
// Only the reading side of this room includes it: the parser's headers are slow to compile.
#pragma once

#include <toml++/toml.h>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace polyclinic {

// Key paths are dotted, with indexes into lists: "chain.0.sharing.fraction".
class Document {
 public:
  // `overrides` are texts KEY=VALUE, applied in order. A list of tables may be indexed by number or by a table's `name`; the
  // index one past the end appends. Throws UsageError where text or override is no valid TOML, or a path leads nowhere.
  Document(std::string_view text, std::string file_name, const std::vector<std::string>& overrides);

  [[nodiscard]] const toml::table& root() const { return root_; }

  // "FILE:LINE" of what is written at `path`, or "--set KEY=VALUE" that gave it; of the nearest table around it where nothing
  // is written there.
  [[nodiscard]] std::string where(std::string_view path) const;

  // The same of a node of the tree.
  [[nodiscard]] std::string where(const toml::node& node) const;

  // Throws UsageError: where(path), then the message.
  [[noreturn]] void reject(std::string_view path, const std::string& message) const;
  [[noreturn]] void reject(const toml::node& node, const std::string& message) const;

 private:
  std::string file_name_;
  toml::table root_;
};

// The path of `key` within the table at `path`.
[[nodiscard]] std::string join_path(std::string_view path, std::string_view key);

// A node as one would write it in TOML; text that reads back as the same value gives the same text again.
[[nodiscard]] std::string toml_of(const toml::node& node);
// The same, cut short where long.
[[nodiscard]] std::string text_of(const toml::node& node);

// What a file holds. Throws UsageError where it cannot be read or is empty: "FILE: cannot be read as a `kind` file".
[[nodiscard]] std::string read_text(const std::filesystem::path& file, std::string_view kind);

}  // namespace polyclinic
