// Parts that a study as somebody writes it and a resolved one have in common. Included by their readers alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/scenario/document.hpp"
#include "core/study/fields_study.hpp"

namespace polyclinic {

// The tables [[point]], in order; none where there are none. All throw UsageError saying where, key, value and what is allowed.
[[nodiscard]] std::vector<const toml::table*> read_point_tables(const Document& document);
[[nodiscard]] StudyHead read_head(const Document& document);
[[nodiscard]] std::vector<std::uint64_t> read_seeds(const Document& document, const StudyHead& head);  // at least one, no two alike
[[nodiscard]] std::optional<StudyTarget> read_target(const Document& document);
[[nodiscard]] RunResources read_resources(const Document& document);

}  // namespace polyclinic
