// A name that a scenario may use, with a line that says what it is: `polyclinic list` shows them. Where there is something to
// choose by name, a table has one row for each: a struct whose member `named` is this, and what the name stands for.
#pragma once

#include <string>
#include <vector>

namespace polyclinic {

struct NamedKind {
  std::string name;
  std::string description;
};

// Throws UsageError: "`what` is "`name`", allowed: ...".
[[noreturn]] void reject_kind(const std::string& what, const std::string& name, const std::vector<NamedKind>& allowed);

template <class Row>
[[nodiscard]] std::vector<NamedKind> named_kinds(const std::vector<Row>& table) {
  std::vector<NamedKind> named;
  for (const Row& row : table) named.push_back(row.named);
  return named;
}

// The row of that name. Throws as reject_kind() does, where `what` says what is chosen by it ("consensus.kind").
template <class Row>
[[nodiscard]] Row find_kind(const std::vector<Row>& table, const std::string& what, const std::string& name) {
  for (const Row& row : table) {
    if (row.named.name == name) return row;
  }
  reject_kind(what, name, named_kinds(table));
}

}  // namespace polyclinic
