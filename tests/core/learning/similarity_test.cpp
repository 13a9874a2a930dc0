#include "core/learning/similarity.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/base/error.hpp"
#include "tests/core/learning/small_data.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

constexpr std::int64_t permutations = 199;

// Rows and columns of numbers that any language computes alike.
at::Tensor table(std::int64_t rows, std::int64_t columns, const std::function<double(double, double)>& number) {
  const at::Tensor all = at::empty({rows, columns}, at::kDouble);
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) {
      all.data_ptr<double>()[i * columns + j] = number(static_cast<double>(i), static_cast<double>(j));
    }
  }
  return all;
}

const at::Tensor waves = table(12, 5, [](double i, double j) { return std::sin(1 + 3 * i + 7 * j * j); });
const at::Tensor others =
    table(12, 3, [](double i, double j) { return std::cos(2 + 5 * i * i + j) + 0.5 * std::sin(1 + 3 * i + 7 * j * j); });

at::Tensor rotation(std::int64_t size, Seed seed) {
  return std::get<0>(at::linalg_qr(normal({size, size}, seed).to(at::kDouble)));
}

at::Tensor cycling(std::int64_t rows, std::int64_t classes) { return at::arange(rows, at::kLong).remainder(classes); }

// Features in which the first numbers tell the classes apart.
at::Tensor telling(const at::Tensor& labels, std::int64_t classes, double contrast, Seed seed) {
  const at::Tensor features = normal({labels.size(0), 16}, seed);
  features.narrow(1, 0, classes).add_(at::one_hot(labels, classes).to(at::kFloat), contrast);
  return features;
}

// The share of `draws` pairs that `weight_of` finds more alike than chance.
double found(int draws, const std::function<double(Seed)>& weight_of) {
  int count = 0;
  for (int draw = 0; draw < draws; ++draw) count += weight_of(Seed(500) / draw) > 0.0 ? 1 : 0;
  return static_cast<double>(count) / draws;
}

}  // namespace

// numpy 1.24.2, formulas as in similarity.hpp; the unbiased value also as the U-statistic that Song et al. define it by, the
// mean of K_ab (L_ab + L_cd - 2 L_ac) over all quadruples of different rows: 0.10531972914331458.
TEST_CASE("both estimators give what another implementation gives") {
  CHECK(unbiased_cka(waves, others) == doctest::Approx(0.1053197291433148).epsilon(1e-10));
  CHECK(biased_cka(waves, others) == doctest::Approx(0.2430288759545143).epsilon(1e-10));
  CHECK(alignment(waves, cycling(12, 3), 3) == doctest::Approx(-0.1391903498986317).epsilon(1e-10));
}

TEST_CASE("rotating, scaling and shifting features leaves them 1 alike, alikeness is mutual") {
  const at::Tensor x = normal({30, 8}, Seed(1)).to(at::kDouble);
  const at::Tensor y = x.matmul(rotation(8, Seed(2))) * 3.5 + 100.0;
  CHECK(unbiased_cka(x, y) == doctest::Approx(1.0).epsilon(1e-9));
  CHECK(biased_cka(x, y) == doctest::Approx(1.0).epsilon(1e-9));
  CHECK(unbiased_cka(waves, others) == doctest::Approx(unbiased_cka(others, waves)).epsilon(1e-12));
  CHECK(measured_cka(x, y, permutations, Seed(3)).weight == doctest::Approx(1.0).epsilon(1e-9));
}

// p / (p + n); measured by numpy over 5 draws: .960, .941, .890.
TEST_CASE("independent features: the biased estimator reads almost 1, the unbiased one about 0") {
  for (const auto& [rows, biased] : {std::pair{20, 0.960}, {32, 0.941}, {64, 0.890}}) {
    CAPTURE(rows);
    double mean = 0.0;
    for (int draw = 0; draw < 10; ++draw) {
      const at::Tensor x = normal({rows, 512}, Seed(4) / draw);
      const at::Tensor y = normal({rows, 512}, Seed(5) / draw);
      CHECK(std::abs(biased_cka(x, y) - biased) < 0.02);
      CHECK(std::abs(unbiased_cka(x, y)) < 5.0 / rows);  // its deviation is about 1.4 / n here
      mean += unbiased_cka(x, y) / 10.0;
    }
    CHECK(std::abs(mean) < 2.0 / rows);
  }
}

TEST_CASE("the permutation null lets one in twenty unrelated pairs pass, and hardly any related one fail") {
  const auto unrelated = [](Seed seed) {
    return measured_cka(normal({20, 32}, seed / "x"), normal({20, 32}, seed / "y"), permutations, seed / "null").weight;
  };
  const double passed = found(200, unrelated);
  CHECK(passed > 0.01);
  CHECK(passed < 0.10);  // 0.05 +- 3 standard errors of 0.0154
  const auto related = [](Seed seed) {
    const at::Tensor x = normal({20, 32}, seed / "x");
    return measured_cka(x, x + normal({20, 32}, seed / "y"), permutations, seed / "null").weight;
  };
  CHECK(found(50, related) > 0.95);
}

TEST_CASE("alignment: features that tell classes apart stand out from chance, others do not") {
  const at::Tensor labels = cycling(20, 2);
  const auto weight_of = [&](double contrast) {
    return [&labels, contrast](Seed seed) {
      return measured_alignment(telling(labels, 2, contrast, seed / "x"), labels, 2, permutations, seed / "null").weight;
    };
  };
  CHECK(found(100, weight_of(0.0)) < 0.12);
  CHECK(found(50, weight_of(4.0)) > 0.95);
}

TEST_CASE("alignment: one number a class, without noise, is the classes themselves") {
  const at::Tensor labels = cycling(15, 3);
  CHECK(alignment(at::one_hot(labels, 3) * 7, labels, 3) == doctest::Approx(1.0).epsilon(1e-9));
}

TEST_CASE("the gate, by hand") {
  CHECK(gate(0.6, 0.2) == doctest::Approx(0.5));
  CHECK(gate(0.2, 0.2) == 0.0);
  CHECK(gate(0.1, 0.2) == 0.0);
  CHECK(gate(1.0, 0.2) == 1.0);
  CHECK(gate(1.0, 1.0) == 0.0);
  CHECK(gate(std::nan(""), 0.2) == 0.0);
  const Similarity similarity = measured_cka(waves, waves + others.narrow(1, 0, 1), permutations, Seed(6));
  CHECK(similarity.weight == gate(similarity.value, similarity.null_95));
  CHECK(similarity.value == unbiased_cka(waves, waves + others.narrow(1, 0, 1)));
}

TEST_CASE("the null, by permuting rows: the largest of 19 values, the second of 39") {
  for (const std::size_t count : {19U, 39U}) {
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) {
      const at::Tensor order = at::tensor(Random(Seed(1) / i).permutation(12), at::kLong);
      values.push_back(unbiased_cka(waves, others.index_select(0, order)));
    }
    std::sort(values.rbegin(), values.rend());
    const double expected = values[count == 19 ? 0 : 1];
    const auto permuted = static_cast<std::int64_t>(count);
    CHECK(measured_cka(waves, others, permuted, Seed(1)).null_95 == doctest::Approx(expected).epsilon(1e-10));
  }
}

TEST_CASE("the null is a function of its seed, too few permutations have no such quantile") {
  const auto null_of = [](std::int64_t count, Seed seed) { return measured_cka(waves, others, count, seed).null_95; };
  CHECK(null_of(99, Seed(1)) == null_of(99, Seed(1)));
  CHECK(null_of(99, Seed(1)) != null_of(99, Seed(2)));
  CHECK_THROWS_WITH_AS((void)null_of(18, Seed(1)), doctest::Contains("18 permutations; needs at least 19"), UsageError);
}

TEST_CASE("where nothing can be said nothing is: constant features, one class, one row of a class, three rows, too many") {
  const at::Tensor constant = at::ones({12, 4}) * 0.1;
  CHECK(std::isnan(unbiased_cka(waves, constant)));
  CHECK(std::isnan(biased_cka(waves, constant)));
  CHECK(std::isnan(alignment(waves, at::zeros({12}, at::kLong), 2)));
  CHECK(std::isnan(alignment(waves, at::arange(12, at::kLong).eq(5).to(at::kLong), 2)));  // HSIC_1 of that kernel is 0
  CHECK(std::isnan(unbiased_cka(waves.narrow(0, 0, 3), others.narrow(0, 0, 3))));
  CHECK(measured_cka(waves, constant, permutations, Seed(1)).weight == 0.0);
  const at::Tensor many = at::zeros({5001, 1});
  CHECK_THROWS_WITH_AS((void)unbiased_cka(many, many), doctest::Contains("at most 5000"), Error);
}

TEST_CASE("the cosine of two vectors, by hand, over what a mask leaves") {
  const at::Tensor a = at::tensor({3.0F, 4.0F, 100.0F});
  const at::Tensor b = at::tensor({4.0F, 3.0F, -7.0F});
  const at::Tensor mask = at::tensor({1.0F, 1.0F, 0.0F});
  CHECK(masked_cosine(a, b, mask) == doctest::Approx(24.0 / 25.0).epsilon(1e-12));
  CHECK(masked_cosine(a, a * -2.0) == doctest::Approx(-1.0).epsilon(1e-12));
  CHECK(std::isnan(masked_cosine(a, at::zeros({3}))));
  CHECK(std::isnan(masked_cosine(a, b, at::zeros({3}))));
}
