#include "core/collaboration/plan_limits.hpp"

#include "core/base/error.hpp"
#include "core/ledger/block.hpp"
#include "tests/core/collaboration/small_chain.hpp"

#include "tests/support/check.hpp"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

// The message where the plan is refused; empty where it is not.
std::string refusal(const Scenario& scenario) {
  try {
    static_cast<void>(plan_of(scenario));
    return "";
  } catch (const UsageError& error) {
    return error.what();
  }
}

bool begins(const std::string& text, const std::string& start) { return text.starts_with(start); }

ConsensusConfig& consensus(Scenario& scenario) { return scenario.chains.front().consensus; }

}  // namespace

TEST_CASE("one update fits a block to the byte") {
  Scenario scenario = small_scenario();
  const std::uint64_t needed = header_bytes + update_bytes(*plan_of(scenario));
  consensus(scenario).max_block_bytes = static_cast<double>(needed);
  CHECK(refusal(scenario).empty());
  consensus(scenario).max_block_bytes -= 1.0;
  CHECK(begins(refusal(scenario), "consensus.max_block_bytes = " + std::to_string(needed - 1) + " is too small"));
}

TEST_CASE("one update fits a block's gas: 21000 and 16 a byte") {
  Scenario scenario = small_scenario();
  const ChainPlanPointer plan = plan_of(scenario);
  CHECK(update_gas(*plan) == 21'000 + 16 * update_bytes(*plan));
  consensus(scenario).max_block_gas = static_cast<std::int64_t>(update_gas(*plan));
  CHECK(refusal(scenario).empty());
  consensus(scenario).max_block_gas -= 1;
  CHECK(begins(refusal(scenario), "consensus.max_block_gas = "));
}

TEST_CASE("what does not fit goes off the chain, or is split") {
  Scenario scenario = small_scenario();
  consensus(scenario).max_block_bytes = 600;  // header 180 and transaction 197 leave 223 for a part
  CHECK_FALSE(refusal(scenario).empty());
  consensus(scenario).payload = "off_chain";
  CHECK(refusal(scenario).empty());
  CHECK(update_bytes(*plan_of(scenario)) == transaction_bytes);
  consensus(scenario).payload = "split";
  CHECK(refusal(scenario).empty());
  const ChainPlanPointer plan = plan_of(scenario);
  const std::uint64_t payload = update_bytes(*plan) - transaction_bytes;
  CHECK(parts_of_update(*plan) == (payload + 222) / 223);
  CHECK(parts_of_update(*plan_of(small_scenario())) == 1);
}

TEST_CASE("a block without room for any part, or with so little that parts cannot be counted") {
  Scenario scenario = small_scenario();
  consensus(scenario).payload = "split";
  consensus(scenario).max_block_bytes = static_cast<double>(header_bytes + transaction_bytes);
  CHECK(refusal(scenario).find("leave no room for any part") != std::string::npos);
  consensus(scenario).max_block_bytes += 1;
  scenario.chains.front().model.kind = "mlp";
  scenario.chains.front().model.widths = {512};  // at least 512 * 8 * 8 numbers of 4 bytes, one byte a part
  CHECK(refusal(scenario).find("more than 65535") != std::string::npos);
}

TEST_CASE("a pool that could hold no update") {
  Scenario scenario = small_scenario();
  consensus(scenario).mempool_bytes = 300;
  CHECK(begins(refusal(scenario), "consensus.mempool_bytes = 300 is too small"));
  consensus(scenario).payload = "off_chain";
  CHECK(refusal(scenario).empty());
}

TEST_CASE("the full-sharing baseline gets the room that it needs") {
  Scenario scenario = small_scenario();
  scenario.chains.front().sharing.steps = {"random"};
  scenario.chains.front().sharing.fraction = 0.1;
  const ChainPlanPointer free = plan_of(scenario);
  consensus(scenario).max_block_bytes = static_cast<double>(header_bytes + update_bytes(*free));
  consensus(scenario).max_block_gas = static_cast<std::int64_t>(update_gas(*free));
  const ChainPlanPointer full = with_full_sharing(*plan_of(scenario));
  CHECK(full->rules->max_block_bytes == header_bytes + update_bytes(*full));
  CHECK(full->rules->max_block_gas == update_gas(*full));
  consensus(scenario).max_block_gas = 0;  // no limit stays none
  CHECK(with_full_sharing(*plan_of(scenario))->rules->max_block_gas == 0);
}

TEST_CASE("a chain of load: its largest block by size and by gas") {
  Scenario scenario = small_scenario();
  scenario.chains.front().load = {.blocks = 3, .block_bytes = 1000.0, .distribution = "fixed"};
  consensus(scenario).max_block_bytes = 1000.0 + static_cast<double>(header_bytes + transaction_bytes);
  CHECK(refusal(scenario).empty());
  consensus(scenario).max_block_gas = static_cast<std::int64_t>(21'000 + 16 * (1000 + transaction_bytes)) - 1;
  CHECK(refusal(scenario).find("consensus.max_block_gas is") != std::string::npos);
  consensus(scenario).max_block_gas += 1;
  CHECK(refusal(scenario).empty());
  consensus(scenario).max_block_bytes -= 1;
  CHECK(begins(refusal(scenario), "load.block_bytes = 1000 makes blocks of up to"));
}

TEST_CASE("scarce institutions may be named by their group") {
  Scenario scenario = small_scenario();
  scenario.chains.front().partition.keep = 5;
  scenario.chains.front().partition.scarce = {"clinic"};
  const ChainPlanPointer all = plan_of(scenario);
  for (const InstitutionData& data : all->data) CHECK(data.train.size() == 5);
  scenario.chains.front().partition.scarce = {"clinic-1"};
  const ChainPlanPointer one = plan_of(scenario);
  CHECK(one->data[1].train.size() == 5);
  CHECK(one->data[0].train.size() > 5);
  scenario.chains.front().members = {"clinic-0"};
  CHECK(refusal(scenario).find("\"clinic-1\" matches no institution") != std::string::npos);
}
