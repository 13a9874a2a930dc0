#include "core/record/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/counted.hpp"
#include "core/record/figures.hpp"
#include "core/record/method_figures.hpp"
#include "core/record/text_table.hpp"

namespace polyclinic {

namespace {

std::string percent_text(double share) { return std::isnan(share) ? "-" : fmt::format("{:.0f} %", 100 * share); }

std::string seed_text(const ResultData& data) {
  const Attribute* seed = find_attribute(data, "/", "seed");
  const auto* value = seed == nullptr ? nullptr : std::get_if<std::int64_t>(seed);
  return value == nullptr ? "" : fmt::format(", seed {}", *value);
}

std::string heading(const ResultData& data, const RunFigures& run) {
  if (!run.complete) {
    return fmt::format("{}{}: INCOMPLETE, with everything recorded so far\n", run.name, seed_text(data));
  }
  return fmt::format("{}{}: complete, fingerprint {:.12}\n", run.name, seed_text(data), text_or(data, "/", "fingerprint", "-"));
}

std::string cost_line(const RunFigures& run) {
  if (std::isnan(run.wall_s)) return "";
  std::string line = fmt::format("wall time {}", duration_text(run.wall_s));
  if (!std::isnan(run.threads)) line += fmt::format(" on {}", counted(std::llround(run.threads), "thread"));
  if (!std::isnan(run.pool_share)) line += fmt::format(", {} busy training and evaluating", percent_text(run.pool_share));
  if (!std::isnan(run.peak_memory_bytes)) line += fmt::format("; peak memory {}", bytes_text(run.peak_memory_bytes));
  return line + "\n";
}

std::string chain_heading(const ChainFigures& chain) {
  const ModelFigures& model = chain.collaborative;
  std::string line = fmt::format("\nchain {}: {}, {}, {} simulated\n", chain.name, counted(chain.members, "member"),
                                 counted(model.rounds, "round"), duration_text(model.sim_time_s));
  line += fmt::format("  published {}", bytes_text(model.published_bytes));
  if (model.rounds > 0) line += fmt::format(" ({} a round)", bytes_text(model.published_bytes / static_cast<double>(model.rounds)));
  line += fmt::format(", on the wire {}", bytes_text(model.wire_bytes));
  if (chain.final_blocks > 0 && !chain.health) {
    line += fmt::format("; {} final, {} stale", counted(chain.final_blocks, "block"), chain.stale_blocks);
  }
  return line + "\n";
}

std::string blocks_line(const ChainSummaryRow& row) {
  std::string line = fmt::format("  {}, {}: {} final", row.consensus, counted(row.validators, "validator"),
                                 counted(row.final_blocks, "block"));
  if (!std::isnan(row.block_interval_s)) line += fmt::format(", one in {}", duration_text(row.block_interval_s));
  line += fmt::format("; {} stale", row.stale_blocks);
  if (!std::isnan(row.stale_rate) && row.stale_rate > 0) line += fmt::format(" ({:.2f} %)", 100 * row.stale_rate);
  if (row.reversed_blocks > 0) line += fmt::format(", {} FINAL AND REVERSED", row.reversed_blocks);
  if (row.pending_blocks > 0) line += fmt::format(", {} pending", row.pending_blocks);
  return line + "\n";
}

std::string reorganisations_text(const ChainSummaryRow& row) {
  if (row.reorganisations == 0) return "";
  return fmt::format("; {}, the longest of {}", counted(row.reorganisations, "reorganisation"),
                     counted(row.longest_reorganisation, "block"));
}

std::string latency_line(const ChainSummaryRow& row) {
  if (std::isnan(row.commit_median_s)) return "";
  return fmt::format("  a block reaches half of the validators in {}, nine tenths in {}; it is final after {} (median; nine "
                     "tenths of them: {}){}\n",
                     duration_text(row.propagation_median_s), duration_text(row.propagation_p90_s),
                     duration_text(row.commit_median_s), duration_text(row.commit_p90_s), reorganisations_text(row));
}

std::string updates_line(const ChainSummaryRow& row) {
  if (row.updates_published == 0) return "";
  std::string line = fmt::format("  {} published, {} on the chain, {} expired", counted(row.updates_published, "update"),
                                 row.updates_included, row.updates_expired);
  if (row.transactions_rejected > 0) line += fmt::format("; {} refused", counted(row.transactions_rejected, "transaction"));
  if (row.payloads_unavailable > 0) line += fmt::format("; {} not to be had", counted(row.payloads_unavailable, "payload"));
  return line + "\n";
}

std::string faults_line(const std::map<std::string, std::int64_t>& faults) {
  std::string line;
  for (const auto& [kind, count] : faults) line += fmt::format("{}{} {}", line.empty() ? "  faults: " : ", ", count, kind);
  return line.empty() ? "" : line + "\n";
}

std::string health_lines(const std::optional<ChainHealth>& health) {
  if (!health) return "";
  return blocks_line(health->row) + latency_line(health->row) + updates_line(health->row) + faults_line(health->faults);
}

// What is to be said of a chain without learning.
std::string load_text(const ChainFigures& chain) {
  const ChainSummaryRow& summary = *chain.load;
  return fmt::format(
      "\nchain {}: no learning, {} by {}, every {}: {} final, {} stale ({:.2f} %)\n"
      "  a block reaches half of the nodes in {}, nine tenths in {}; it is final after {} (median){}\n"
      "  on the wire {} in {:.0f} messages\n{}",
      chain.name, summary.consensus, counted(summary.validators, "validator"), duration_text(summary.block_interval_s),
      counted(chain.final_blocks, "block"), chain.stale_blocks, 100 * summary.stale_rate,
      duration_text(summary.propagation_median_s), duration_text(summary.propagation_p90_s),
      duration_text(summary.commit_median_s), reorganisations_text(summary), bytes_text(chain.load_bytes),
      chain.load_messages, faults_line(chain.health->faults));
}

void add_line(TextTable& table, std::string label, const Scores& test, const Scores& own, double sim_time_s) {
  table.add({std::move(label), score_text(test.accuracy), score_text(test.auc), score_text(own.accuracy), score_text(own.auc),
             duration_text(sim_time_s)});
}

void add_model(TextTable& table, std::string label, const std::optional<ModelFigures>& model) {
  if (model) add_line(table, std::move(label), model->test, {}, model->sim_time_s);
}

std::string chain_table(const ChainFigures& chain) {
  TextTable table({"model", "test accuracy", "test AUC", "own-rows accuracy", "own-rows AUC", "simulated time"}, 1);
  add_line(table, "collaborative", chain.collaborative.test, chain.own_rows.mean, chain.collaborative.sim_time_s);
  if (chain.own_rows.institutions > 0) {
    add_line(table, fmt::format("  worst of {}", chain.own_rows.institutions), {}, chain.own_rows.worst, unknown);
  }
  add_model(table, "centralized", chain.centralized);
  add_model(table, "full sharing", chain.full_sharing);
  if (chain.local) {
    add_line(table, fmt::format("local only, mean of {}", chain.local->institutions), chain.local->mean,
             chain.local_own_rows->mean, unknown);
    add_line(table, "  worst of them", chain.local->worst, chain.local_own_rows->worst, unknown);
  }
  return table.str("  ");
}

std::string pair_text(const Scores& scores) {
  return std::isnan(scores.accuracy) ? "-" : fmt::format("{} / {}", score_text(scores.accuracy), score_text(scores.auc));
}

// On the institutions' own test rows.
std::string personal_table(const std::vector<MethodFigures>& methods) {
  if (methods.empty()) return "";
  TextTable table({"personalization", "local only", "collaborative", "personal", "worst", "gained", "hurt"}, 1);
  for (const MethodFigures& figures : methods) {
    const auto share = [&](std::int64_t count) { return fmt::format("{} of {}", count, figures.institutions); };
    table.add({figures.method, pair_text(figures.local.mean), pair_text(figures.collaborative.mean),
               pair_text(figures.personal.mean), pair_text(figures.personal.worst), share(figures.gained), share(figures.hurt)});
  }
  return "  own-rows accuracy / AUC, means over institutions\n" + table.str("  ");
}

std::string pair_text(const std::optional<ModelFigures>& model) { return model ? pair_text(model->test) : "-"; }

std::vector<std::string> comparison_line(const std::string& name, const RunFigures& run, const ChainFigures& chain) {
  return {run.complete ? name : name + " (incomplete)",
          chain.name,
          std::to_string(chain.collaborative.rounds),
          pair_text(chain.collaborative.test),
          pair_text(chain.centralized),
          pair_text(chain.full_sharing),
          chain.local ? pair_text(chain.local->mean) : "-",
          chain.local ? pair_text(chain.local->worst) : "-",
          bytes_text(chain.collaborative.published_bytes),
          duration_text(chain.collaborative.sim_time_s),
          duration_text(run.wall_s),
          percent_text(run.pool_share)};
}

}  // namespace

std::string summarize(const ResultData& data) {
  const RunFigures run = run_figures(data);
  std::string text = heading(data, run) + cost_line(run);
  text += fmt::format("{}; {}\n", counted(run.institutions, "institution"), counted(run.events, "event"));
  for (const ChainFigures& chain : chain_figures(data)) {
    text += chain.load ? load_text(chain) : chain_heading(chain) + health_lines(chain.health) + chain_table(chain);
    text += personal_table(method_figures(data, chain.name));
  }
  return text;
}

std::string compare(std::span<const NamedResult> results) {
  TextTable table({"run", "chain", "rounds", "collaborative", "centralized", "full sharing", "local mean", "local worst",
                   "published", "simulated", "wall", "busy"},
                  2);
  for (const NamedResult& result : results) {
    const RunFigures run = run_figures(result.data);
    std::vector<ChainFigures> chains = chain_figures(result.data);
    if (chains.empty()) chains.emplace_back();  // ended before its first chain began: it still has its line
    for (const ChainFigures& chain : chains) table.add(comparison_line(result.name, run, chain));
  }
  return "test accuracy / AUC after the last round; busy: share of the threads' time spent training and evaluating\n" + table.str();
}

}  // namespace polyclinic
