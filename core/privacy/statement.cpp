#include "core/privacy/statement.hpp"

#include <fmt/format.h>

#include <cmath>

namespace polyclinic {
namespace {

std::string accountant_text(const PrivacyStatement& statement) {
  return statement.accountant == "rdp" ? fmt::format("rdp, {}", statement.conversion) : statement.accountant;
}

std::string epsilon_text(const PrivacyStatement& statement) {
  return std::isnan(statement.epsilon) ? fmt::format("n/a, {}", statement.reason)
                                       : fmt::format("{:.6g}", statement.epsilon);
}

}  // namespace

std::string text_of(const PrivacyStatement& statement) {
  std::string text = fmt::format("epsilon: {}\n", epsilon_text(statement));
  text += fmt::format("unit: {}\nadjacency: {}\nsampling: {}\nmechanism: {}\n", statement.unit, statement.adjacency,
                      statement.sampling, statement.mechanism);
  text += fmt::format("delta: {:g}\naccountant: {}\n", statement.delta, accountant_text(statement));
  if (statement.noise_multiplier > 0.0) {
    text += fmt::format("noise_multiplier: {:.6g}\nrate: {:.6g}\n", statement.noise_multiplier, statement.rate);
  }
  text += fmt::format("steps: {}\n", statement.steps);
  if (statement.order > 0.0) text += fmt::format("order: {:g}\n", statement.order);
  if (statement.at_edge)
    text += "warning: the best order is at the edge of those tried, other ones may give a smaller epsilon\n";
  return text;
}

std::string line_of(const PrivacyStatement& statement) {
  if (std::isnan(statement.epsilon)) return fmt::format("no epsilon holds: {}", statement.reason);
  std::string line =
      fmt::format("epsilon {:.4g} at delta {:g} ({}) per {}, {}, sampling {}, ", statement.epsilon, statement.delta,
                  accountant_text(statement), statement.unit, statement.adjacency, statement.sampling);
  if (statement.noise_multiplier > 0.0) {
    line += fmt::format("noise multiplier {:.4g}, rate {:.4g}, ", statement.noise_multiplier, statement.rate);
  }
  line += fmt::format("{} release{}", statement.steps, statement.steps == 1 ? "" : "s");
  return statement.at_edge ? line + ", best order at the edge" : line;
}

}  // namespace polyclinic
