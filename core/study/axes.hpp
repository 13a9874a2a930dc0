// A study's axes as columns of its tables: one for each key that its points vary.
#pragma once

#include <string>
#include <vector>

#include "core/record/result_data.hpp"
#include "core/study/study.hpp"

namespace polyclinic {

// Integers where every point sets the key to one, reals where those that do set it to numbers (NaN elsewhere), else text: a
// string's own characters, other values as TOML, nothing where a point leaves the key alone.
struct Axes {
  std::vector<ColumnSpec> columns;
  std::vector<std::vector<Cell>> cells;  // by point, then axis
};

// A column is named as its key ("sharing.fraction"), or "set.KEY" where `taken` has that name already. Its unit follows from
// the key's ending ("_s", "_bytes").
[[nodiscard]] Axes axes_of(const Study& study, const std::vector<std::string>& taken);

}  // namespace polyclinic
