#include <algorithm>
#include <numeric>
#include <utility>

#include "core/data/allocation.hpp"
#include "core/data/demand.hpp"

namespace polyclinic {
namespace {

struct Shard {
  std::size_t label = 0;
  RowList rows;
};

// How many of `total` shards each class is cut into: one at least, the others by size.
std::vector<std::int64_t> shards_of_classes(const std::vector<RowList>& classes, std::int64_t total) {
  std::vector<double> sizes;
  for (const RowList& rows : classes) sizes.push_back(static_cast<double>(rows.size()));
  std::vector<std::int64_t> counts = apportioned(sizes, total);
  for (std::int64_t& count : counts) {
    if (count > 0) continue;
    --*std::max_element(counts.begin(), counts.end());
    count = 1;
  }
  return counts;
}

std::vector<Shard> shards_from(const std::vector<RowList>& classes, std::int64_t total) {
  const std::vector<std::int64_t> counts = shards_of_classes(classes, total);
  std::vector<Shard> shards;
  for (std::size_t label = 0; label < classes.size(); ++label) {
    const std::vector<double> equal(static_cast<std::size_t>(counts[label]), 1.0);
    for (RowList& rows : cut(classes[label], apportioned(equal, static_cast<std::int64_t>(classes[label].size()))))
      shards.push_back({label, std::move(rows)});
  }
  return shards;
}

// Shards dealt in random order, k to each: holder i has places i*k to i*k+k-1.
class Deal {
 public:
  Deal(std::vector<Shard> shards, std::size_t each, Seed seed) : each_(each) {
    for (const std::int64_t at : Random(seed).permutation(static_cast<std::int64_t>(shards.size())))
      dealt_.push_back(std::move(shards[static_cast<std::size_t>(at)]));
  }

  // Trades every second shard of one class for one that leaves neither side with two of a class, where there is such.
  void settle() {
    for (std::size_t place = 0; place < dealt_.size(); ++place) {
      if (times_held(place / each_, dealt_[place].label) < 2) continue;
      for (std::size_t step = 1; step < dealt_.size(); ++step) {
        const std::size_t other = (place + step) % dealt_.size();
        if (!trade_helps(place, other)) continue;
        std::swap(dealt_[place], dealt_[other]);
        break;
      }
    }
  }

  [[nodiscard]] Allocation shares() const {
    Allocation result(dealt_.size() / each_);
    for (std::size_t place = 0; place < dealt_.size(); ++place) {
      RowList& share = result[place / each_];
      share.insert(share.end(), dealt_[place].rows.begin(), dealt_[place].rows.end());
    }
    return result;
  }

 private:
  [[nodiscard]] std::int64_t times_held(std::size_t holder, std::size_t label) const {
    const auto first = dealt_.begin() + static_cast<std::ptrdiff_t>(holder * each_);
    return std::count_if(first, first + static_cast<std::ptrdiff_t>(each_),
                         [&](const Shard& shard) { return shard.label == label; });
  }
  [[nodiscard]] bool trade_helps(std::size_t place, std::size_t other) const {
    return times_held(place / each_, dealt_[other].label) == 0 && times_held(other / each_, dealt_[place].label) == 0;
  }

  std::size_t each_;
  std::vector<Shard> dealt_;
};

}  // namespace

Allocation allocate_shards(const AllocationRequest& request, Seed seed) {
  const std::int64_t each = request.config.classes_per_institution;
  const std::vector<RowList> classes = rows_by_class(request, seed);
  const auto present = static_cast<std::int64_t>(classes.size());
  demand(each >= 1 && each <= present, "partition.classes_per_institution is {}, {} has rows of {} classes", each,
         request.data_name, present);
  const std::int64_t total = each * static_cast<std::int64_t>(request.institutions.size());
  demand(total >= present, "{} institutions with {} classes each cannot hold the {} classes of {}",
         request.institutions.size(), each, present, request.data_name);
  demand(static_cast<std::int64_t>(request.strata.size()) >= total, "{} has {} rows, fewer than the {} shards asked for",
         request.data_name, request.strata.size(), total);
  Deal deal(shards_from(classes, total), static_cast<std::size_t>(each), seed / "deal");
  deal.settle();
  return deal.shares();
}

}  // namespace polyclinic
