// The normal distribution far out in its tails.
#pragma once

namespace polyclinic {

[[nodiscard]] double normal_cdf(double x);   // of mean 0 and variance 1, to a relative error of 1e-15 where it does not underflow
[[nodiscard]] double log_erfc(double x);     // log of the complementary error function, for any x: relative error below 1e-11

// log(exp(a) + exp(b)), and log(exp(a) - exp(b)) for a >= b; -infinity stands for nothing.
[[nodiscard]] double log_sum(double a, double b);
[[nodiscard]] double log_difference(double a, double b);

}  // namespace polyclinic
