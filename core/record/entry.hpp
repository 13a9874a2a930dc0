// One recorded fact: the unit of the journal. Recording means appending an entry to the journal and applying it to the result
// in memory, so that a replayed journal gives the same result by construction.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "core/record/result_data.hpp"

namespace polyclinic {

using ArrayValues = std::variant<std::span<const float>, std::span<const double>, std::span<const std::int64_t>,
                                 std::span<const std::uint8_t>>;

enum class EntryKind : std::uint8_t { table = 1, row = 2, attribute = 3, text = 4, array = 5 };

struct Entry {
  EntryKind kind{};
  Bytes payload;  // see entry.cpp
};

[[nodiscard]] Entry table_entry(std::string_view path, const std::vector<ColumnSpec>& columns);
[[nodiscard]] Entry row_entry(std::string_view path, ByteView row);
[[nodiscard]] Entry attribute_entry(std::string_view path, std::string_view name, const Attribute& value);
[[nodiscard]] Entry text_entry(std::string_view path, std::string_view value);
// Throws Error where the number of values is not the shape's.
[[nodiscard]] Entry array_entry(std::string_view path, ArrayValues values, const std::vector<std::int64_t>& shape);

// Adds the entry to `data`: a table that exists already stays, an attribute, text or array replaces the earlier one. Throws
// Error for a malformed entry, a row of an unknown table, or a path that is not of the form /a/b or already something else.
void apply(ResultData& data, EntryKind kind, ByteView payload);

}  // namespace polyclinic
