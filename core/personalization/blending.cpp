#include "core/personalization/blending.hpp"

#include <ATen/core/Tensor.h>

namespace polyclinic {

ParameterSet blended(const ParameterSet& own, const ParameterSet& common, double alpha) {
  if (alpha == 0.0) return common;
  if (alpha == 1.0) return own;
  return {own.layout(), own.flat().mul(alpha).add_(common.flat(), 1.0 - alpha)};
}

}  // namespace polyclinic
