#include "core/learning/model_encoding.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/arange.h>

#include "core/base/error.hpp"
#include "core/learning/model.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;

TEST_CASE("a model survives encoding with its names, shapes, buffers and bits") {
  ModelConfig config;
  config.kind = "cnn";
  config.widths = {3};
  config.norm = "batch";
  const auto model = make_model(config, {1, 8, 8}, 2);
  const ParameterSet initial = model->initial(Seed(3));
  const ParameterSet decoded = decode_model(encode_model(initial));
  CHECK(decoded.digest() == initial.digest());
  CHECK(decoded.layout()->weights_size() == initial.layout()->weights_size());
  CHECK(decoded.layout()->tensors()[0].name == initial.layout()->tensors()[0].name);
}

TEST_CASE("bytes that are no model are an error, and a changed one is another model") {
  const auto layout = std::make_shared<const Layout>(std::vector<TensorSpec>{{.name = "w", .shape = {2, 3}}, {.name = "b", .shape = {3}}});
  const Bytes good = encode_model(ParameterSet(layout, at::arange(9, at::kFloat)));
  const Digest digest = decode_model(good).digest();
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_THROWS_AS(static_cast<void>(decode_model(ByteView(good).first(size))), Error);
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const std::byte flip : {std::byte{1}, std::byte{128}}) {
      Bytes changed = good;
      changed[at] ^= flip;
      bool found = false;
      try {
        found = decode_model(changed).digest() != digest;
      } catch (const Error&) {
        found = true;
      }
      CHECK_MESSAGE(found, "byte " << at);
    }
  }
  Bytes longer = good;
  longer.push_back(std::byte{0});
  CHECK_THROWS_WITH_AS(static_cast<void>(decode_model(longer)), "model: there are bytes after its end", Error);
}
