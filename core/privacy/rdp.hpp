// Rényi differential privacy (Mironov 2017, Rényi differential privacy, CSF): the divergence of order alpha between what is
// published with and without a record. It adds up over releases, order by order, and is converted to epsilon once, at the end.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace polyclinic {

// Of one step of the sampled Gaussian mechanism at `order` > 1 (fractional ones too; infinity: infinity), for records that are
// added or removed. Mironov, Talwar and Zhang 2019, Rényi differential privacy of the sampled Gaussian mechanism: sections 3.2
// (whole orders: a finite sum) and 3.3 (fractional orders: the two series, each term with its own sign. Some accountants add
// the terms' magnitudes, an upper bound that is larger). Relative error below 1e-9 for whole orders; for fractional ones below
// 1e-13 / (rate^2 (order - 1)), far below 1e-6 for rates above 1e-3.
[[nodiscard]] double sampled_gaussian_rdp(double rate, double noise_multiplier, double order);

// Of one mechanism of pure `epsilon`-differential privacy: that of randomized response, which is the worst of them (Kairouz,
// Oh and Viswanath 2015, The composition theorem for differential privacy).
[[nodiscard]] double pure_rdp(double epsilon, double order);

// The orders over which the conversion takes its minimum: 1.1 to 10.9 by tenths, 11 to 63, and a few up to 1024.
[[nodiscard]] const std::vector<double>& rdp_orders();

enum class Conversion {
  improved,  // epsilon = rdp - (ln delta + ln alpha) / (alpha - 1) + ln((alpha - 1) / alpha): Balle, Barthe, Gaboardi, Hsu and
             // Sato 2020, Hypothesis testing interpretations and Rényi differential privacy, theorem 21
  classic    // epsilon = rdp + ln(1 / delta) / (alpha - 1): Mironov 2017, proposition 3
};
// Throws UsageError for anything but "improved" and "classic".
[[nodiscard]] Conversion conversion_named(const std::string& name);

struct FoundEpsilon {
  double epsilon = 0.0;                // at least 0; infinity: no bound
  double order = 0.0;                  // at which it was found; 0: the accountant has none
  bool at_edge = false;                // the least or the largest order: other orders may bound it better
};
// The least epsilon over the orders. `rdp`: one for each of `orders`, of everything published together.
[[nodiscard]] FoundEpsilon converted(std::span<const double> orders, std::span<const double> rdp, double delta,
                                     Conversion conversion);

}  // namespace polyclinic
