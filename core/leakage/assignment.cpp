#include "core/leakage/assignment.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <cassert>
#include <limits>

namespace polyclinic {
namespace {

constexpr std::size_t nobody = 0;

// Rows and columns count from 1; 0 stands for none.
class Assignment {
 public:
  explicit Assignment(const at::Tensor& costs)
      : costs_(costs.to(at::kDouble).contiguous()), size_(static_cast<std::size_t>(costs.size(0))),
        row_price_(size_ + 1), column_price_(size_ + 1), row_of_(size_ + 1, nobody) {}

  // Finds the cheapest chain of reassignments that gives `row` a column, and follows it.
  void add(std::size_t row) {
    std::vector<double> slack(size_ + 1, std::numeric_limits<double>::infinity());
    std::vector<std::size_t> previous(size_ + 1, nobody);
    std::vector<char> reached(size_ + 1, 0);
    row_of_[nobody] = row;
    std::size_t column = nobody;
    while (row_of_[column] != nobody) {
      reached[column] = 1;
      column = extend(column, slack, previous, reached);
    }
    for (; column != nobody; column = previous[column]) row_of_[column] = row_of_[previous[column]];
  }

  [[nodiscard]] std::vector<std::int64_t> columns() const {
    std::vector<std::int64_t> columns(size_);
    for (std::size_t column = 1; column <= size_; ++column) columns[row_of_[column] - 1] = static_cast<std::int64_t>(column - 1);
    return columns;
  }

 private:
  [[nodiscard]] double cost(std::size_t row, std::size_t column) const {
    return costs_.data_ptr<double>()[(row - 1) * size_ + column - 1];
  }

  // Reaches one column more, the cheapest one, and changes prices so that the way there costs nothing.
  std::size_t extend(std::size_t from, std::vector<double>& slack, std::vector<std::size_t>& previous, const std::vector<char>& reached) {
    std::size_t cheapest = nobody;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t column = 1; column <= size_; ++column) {
      if (reached[column]) continue;
      const double reduced = cost(row_of_[from], column) - row_price_[row_of_[from]] - column_price_[column];
      if (reduced < slack[column]) {
        slack[column] = reduced;
        previous[column] = from;
      }
      if (slack[column] < least) {
        least = slack[column];
        cheapest = column;
      }
    }
    for (std::size_t column = 0; column <= size_; ++column) {
      if (reached[column]) {
        row_price_[row_of_[column]] += least;
        column_price_[column] -= least;
      } else {
        slack[column] -= least;
      }
    }
    return cheapest;
  }

  at::Tensor costs_;
  std::size_t size_;
  std::vector<double> row_price_;
  std::vector<double> column_price_;
  std::vector<std::size_t> row_of_;  // of each column
};

}  // namespace

std::vector<std::int64_t> cheapest_assignment(const at::Tensor& costs) {
  assert(costs.dim() == 2 && costs.size(0) == costs.size(1));
  Assignment assignment(costs);
  for (std::int64_t row = 1; row <= costs.size(0); ++row) assignment.add(static_cast<std::size_t>(row));
  return assignment.columns();
}

std::vector<std::int64_t> match_images(const at::Tensor& truths, const at::Tensor& images) {
  const at::Tensor x = images.detach().clamp(0.0, 1.0).flatten(1).unsqueeze(0), y = truths.clamp(0.0, 1.0).flatten(1).unsqueeze(1);
  return cheapest_assignment((x - y).square().mean(2));
}

}  // namespace polyclinic
