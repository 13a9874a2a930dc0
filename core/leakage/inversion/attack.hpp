// What the attacks of the table have in common.
#pragma once

#include <functional>
#include <memory>

#include "core/leakage/inversion/hypothesis.hpp"
#include "core/leakage/inversion/inversion.hpp"
#include "core/leakage/inversion/minimise.hpp"

namespace polyclinic {

// One descent: the images' inputs and, behind them, what the hypothesis leaves open, as one flat point.
class Descent {
 public:
  // Adds `smoothness` times the images' total variation to the mismatch, in units of what matching nothing of one update costs: 1 for
  // the cosine, its squared length for the squared distance.
  Descent(const Evidence& evidence, const Hypothesis& hypothesis, Distance kind, double smoothness);
  // `inputs` (rows, channels, height, width).
  [[nodiscard]] at::Tensor start(const at::Tensor& inputs, Seed seed) const;
  // Standard normal inputs.
  [[nodiscard]] at::Tensor random_start(Seed seed) const;
  [[nodiscard]] Objective objective() const;
  // The same, one for each update, that have it for their mean.
  [[nodiscard]] std::vector<Objective> objectives() const;
  // Moves every pixel between black and white; leaves what is open alone.
  [[nodiscard]] std::function<void(at::Tensor&)> into_box() const;
  [[nodiscard]] Reconstruction reconstruction(const Minimum& minimum) const;
  [[nodiscard]] const std::vector<std::int64_t>& shape() const { return shape_; }  // of the inputs

 private:
  using Misfit = std::function<at::Tensor(const at::Tensor& guess, const at::Tensor& open)>;
  [[nodiscard]] Objective smoothed(const Misfit& misfit) const;
  [[nodiscard]] at::Tensor inputs(const at::Tensor& point) const;
  [[nodiscard]] at::Tensor open(const at::Tensor& point) const;

  const Evidence& evidence_;
  const Hypothesis& hypothesis_;
  Distance kind_;
  double smoothness_;
  std::vector<std::int64_t> shape_;
  std::int64_t numel_;
};

// The attempt of least loss: attempt number i has seed / "attempt" / i. Computes as every job does.
[[nodiscard]] Reconstruction best_attempt(std::int64_t attempts, Seed seed,
                                          const std::function<Reconstruction(std::int64_t number, Seed own)>& attempt);

// Of what an attack makes of each of labels_to_try(), the one of least loss.
[[nodiscard]] Reconstruction best_of_labels(
    const Evidence& evidence, const ImagePrior& prior,
    const std::function<Reconstruction(const Hypothesis& hypothesis, const at::Tensor& labels)>& attack);

// With the first and the last of its updates alone. Each further one of a model whose head is open adds as many unknowns, which take
// many iterations to find: of fifteen, attacks made less than of these two.
[[nodiscard]] Evidence first_and_last(const Evidence& evidence);

// DLG's descent, from random images: by L-BFGS on the squared distance plus so much smoothness, 300 iterations unless set otherwise.
[[nodiscard]] Reconstruction match_by_lbfgs(const Evidence& evidence, const Hypothesis& hypothesis, const InversionSettings& settings,
                                            double smoothness, Seed seed);

// A setting, or where it is not set the attack's own.
[[nodiscard]] std::int64_t iterations_or(const InversionSettings& settings, std::int64_t own);
[[nodiscard]] double smoothness_or(const InversionSettings& settings, double own);

[[nodiscard]] std::unique_ptr<const InversionAttack> make_dlg(const InversionSettings& settings);
[[nodiscard]] std::unique_ptr<const InversionAttack> make_idlg(const InversionSettings& settings);
[[nodiscard]] std::unique_ptr<const InversionAttack> make_inverting_gradients(const InversionSettings& settings);
[[nodiscard]] std::unique_ptr<const InversionAttack> make_head_agnostic(const InversionSettings& settings);
[[nodiscard]] std::unique_ptr<const InversionAttack> make_prior_assisted(const InversionSettings& settings);
[[nodiscard]] std::unique_ptr<const InversionAttack> make_analytic(const InversionSettings& settings);

}  // namespace polyclinic
