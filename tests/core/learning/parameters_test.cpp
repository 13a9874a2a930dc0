#include "core/learning/parameters.hpp"

#include <ATen/ops/arange.h>

#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

std::shared_ptr<const Layout> small_layout() {
  return std::make_shared<const Layout>(std::vector<TensorSpec>{{.name = "w", .shape = {2, 3}},
                                                                {.name = "b", .shape = {2}},
                                                                {.name = "mean", .shape = {2}, .is_buffer = true}});
}

}  // namespace

TEST_CASE("a layout counts its coordinates in order, buffers last") {
  const auto layout = small_layout();
  CHECK(layout->size() == 10);
  CHECK(layout->weights_size() == 8);
  CHECK(layout->has_buffers());
  CHECK(layout->tensors()[1].offset == 6);
  CHECK(layout->tensors()[2].offset == 8);
}

TEST_CASE("views address the flat vector, of the weights alone there are no buffers") {
  const auto layout = small_layout();
  const at::Tensor flat = at::arange(10, at::kFloat);
  CHECK(layout->views(flat).size() == 3);
  CHECK(layout->views(flat)[0][1][2].item<float>() == 5.0F);
  CHECK(layout->views(flat.narrow(0, 0, 8)).size() == 2);
}

TEST_CASE("the digest of a layout depends on names and shapes") {
  const Layout other({{.name = "w", .shape = {3, 2}}, {.name = "b", .shape = {2}}, {.name = "mean", .shape = {2}, .is_buffer = true}});
  const Layout renamed({{.name = "v", .shape = {2, 3}}, {.name = "b", .shape = {2}}, {.name = "mean", .shape = {2}, .is_buffer = true}});
  CHECK(small_layout()->digest() == small_layout()->digest());
  CHECK(small_layout()->digest() != other.digest());
  CHECK(small_layout()->digest() != renamed.digest());
}

TEST_CASE("the digest of a set depends on every number") {
  const ParameterSet set(small_layout(), at::arange(10, at::kFloat));
  const at::Tensor changed = at::arange(10, at::kFloat);
  changed[9] = 8.5;
  CHECK(set.bytes() == 40);
  CHECK(set.digest() == ParameterSet(small_layout(), at::arange(10, at::kFloat)).digest());
  CHECK(set.digest() != ParameterSet(small_layout(), changed).digest());
}
