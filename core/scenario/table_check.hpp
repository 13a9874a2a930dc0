// A table of the scenario under examination: what its checks have in common. Included by the checks alone.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/scenario/checks.hpp"

namespace polyclinic {

class TableCheck {
 public:
  // `prefix`: path of the table with a dot at its end, "chain.0.".
  TableCheck(const Scenario& scenario, std::string prefix, const Reject& reject)
      : scenario_(scenario), prefix_(std::move(prefix)), reject_(reject) {}

  [[nodiscard]] const Scenario& scenario() const { return scenario_; }

  // Unless it is fine: "chain.0.KEY = VALUE PROBLEM", where the key stands.
  template <class Value>
  void need(bool fine, const std::string& key, const Value& value, const std::string& problem) const {
    if (!fine) reject_(prefix_ + key, fmt::format("{}{} = {} {}", prefix_, key, value, problem));
  }
  void need(bool fine, const std::string& key, const std::string& value, const std::string& problem) const {
    if (!fine) reject_(prefix_ + key, fmt::format("{}{} = \"{}\" {}", prefix_, key, value, problem));
  }

  // Each pattern matches an institution or a group.
  void need_matches(const std::string& key, const std::vector<std::string>& patterns) const;
  // Empty, or the name of a chain.
  void need_chain(const std::string& key, const std::string& name) const;
  // The key `validators` holds validators of each of the chains.
  void need_validators(const std::vector<std::int64_t>& validators, const std::vector<const ChainConfig*>& chains) const;

 private:
  const Scenario& scenario_;
  std::string prefix_;
  const Reject& reject_;
};

// The chains that `name` stands for: that one, or all where it is empty.
[[nodiscard]] std::vector<const ChainConfig*> chains_named(const Scenario& scenario, const std::string& name);

// One [[chain]].
class ChainCheck : public TableCheck {
 public:
  ChainCheck(const Scenario& scenario, std::size_t index, const Reject& reject);

  [[nodiscard]] const ChainConfig& chain() const { return chain_; }
  [[nodiscard]] std::int64_t members() const { return members_; }  // how many

 private:
  const ChainConfig& chain_;
  std::int64_t members_;
};

void check_collaboration(const ChainCheck& check);
void check_secure_aggregation(const ChainCheck& check);
void check_personalization(const ChainCheck& check);
void check_privacy(const ChainCheck& check);
void check_consensus(const ChainCheck& check);    // with gossip and load
// A [chain.data], or a [reference.data], in the table of `check`.
void check_data(const TableCheck& check, const DataConfig& data);
// All [[reference]], [[relay]] and [[chain.auxiliary]] tables; the chains are consistent already.
void check_exchange(const Scenario& scenario, const Reject& reject);
// All [[fault]] and [[behaviour]] tables; the chains are consistent already.
void check_faults(const Scenario& scenario, const Reject& reject);
void check_behaviours(const Scenario& scenario, const KnownNames& known_names, const Reject& reject);
// All [[probe]] tables; the chains are consistent already.
void check_probes(const Scenario& scenario, const Reject& reject);

}  // namespace polyclinic
