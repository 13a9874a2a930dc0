// Drawing rows so that every class keeps its share.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/seed.hpp"
#include "core/data/dataset.hpp"

namespace polyclinic {

using RowList = std::vector<std::int64_t>;  // rows of one data set

// The class of each row; with several labels the first label that is set, counted from 1, or 0 where none is.
[[nodiscard]] std::vector<std::int64_t> strata_of(const Dataset& dataset, const Task& task);

// `rows` in random order.
[[nodiscard]] RowList shuffled(const RowList& rows, Seed seed);

struct Draw {
  RowList taken;
  RowList rest;
};
// Takes `count` (at most all) of `rows`: systematic sampling (every n/count-th with a random start) along the rows ordered
// by stratum and, within one, at random. A class with a share p of the rows gives count * p of them, give or take less
// than 1. `strata` is that of the whole data set.
[[nodiscard]] Draw draw_stratified(const RowList& rows, const std::vector<std::int64_t>& strata, std::int64_t count,
                                   Seed seed);

// `total` items in shares proportional to `weights` (>= 0, not all 0), by largest remainders; ties go to the first.
[[nodiscard]] std::vector<std::int64_t> apportioned(const std::vector<double>& weights, std::int64_t total);

}  // namespace polyclinic
