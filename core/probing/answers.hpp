// What a collaboration's remains say of candidates: the signals that membership attacks work on.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "core/leakage/membership/attack.hpp"
#include "core/probing/shadows.hpp"

namespace polyclinic {

// A model or a sequence of updates that is asked, and what is asked of it.
struct Question {
  std::string target;                // "model", "completed", "personal NAME", "updates"
  MembershipSignal signal = MembershipSignal::confidence;
  std::int64_t place = -1;           // of the institution among the candidates; -1: the common model, of all institutions' candidates
  std::size_t method = 0;            // personal: its place among the chain's
};

// float64 signals of the candidates in question and, after them, of the population that belongs to them.
using Answers = std::vector<at::Tensor>;  // by question

[[nodiscard]] Answers ask(const std::vector<Question>& questions, const Remains& remains, const ShadowSetting& setting, const Pool& pool);

// The candidates that a question is about, and the population: rows, and who of the candidates was trained on.
struct Asked {
  Rows candidates;
  Rows population;
  std::vector<bool> membership;
  std::size_t first = 0;             // place of the first one among all candidates
};
[[nodiscard]] Asked asked_of(const Question& question, const std::vector<InstitutionCandidates>& candidates);

}  // namespace polyclinic
