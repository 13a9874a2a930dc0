// The layout of an exported ledger: "PCLEDGR2", "PCLEDGR3" where payloads have keepers, "PCLEDGR4" where relayers write to the
// chain or its first round opens late, or "PCLEDGR5" where updates are masked, the chain's rules (with the relayers at their end
// from version 4 on), the rounds' rules (with the number of keepers at their end from version 3 on, then the start from version 4
// on, then threshold and phase_s of secure aggregation in version 5), the consensus, blocks, payloads, the initial model. Integers
// and doubles as ByteWriter puts them; a list is its length (64 bits), then its elements; a byte string is a list of bytes; a
// truth value is one byte, 0 or 1.
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "core/base/error.hpp"
#include "core/ledger/verification.hpp"

namespace polyclinic {
namespace {

constexpr std::string_view magics[] = {"PCLEDGR2", "PCLEDGR3", "PCLEDGR4", "PCLEDGR5"};
enum Version { plain, with_keepers, with_relayers, with_masks };

Version version_of(const LedgerExport& exported) {
  if (exported.rounds.secure.enabled()) return with_masks;
  if (!exported.rules.relayers.empty() || exported.rounds.start_s > 0.0) return with_relayers;
  return exported.rounds.keepers > 0 ? with_keepers : plain;
}

void put_size(ByteWriter& writer, std::size_t size) { writer.put(static_cast<std::uint64_t>(size)); }

void put_string(ByteWriter& writer, ByteView bytes) {
  put_size(writer, bytes.size());
  writer.put_bytes(bytes);
}

Bytes get_string(ByteReader& reader) {
  const ByteView bytes = reader.get_bytes(reader.get<std::uint64_t>());
  return Bytes(bytes.begin(), bytes.end());
}

// `element` reads at least one byte, so an absurd length ends with the bytes and not with the memory.
template <class Element>
void get_list(ByteReader& reader, Element element) {
  for (auto left = reader.get<std::uint64_t>(); left > 0; --left) element();
}

bool get_truth(ByteReader& reader) {
  const auto byte = reader.get<std::uint8_t>();
  require(byte <= 1, "ledger: {} where 0 or 1 is needed", byte);
  return byte == 1;
}

void put_truth(ByteWriter& writer, bool value) { writer.put(static_cast<std::uint8_t>(value)); }

void put_text(ByteWriter& writer, const std::string& text) { put_string(writer, view_of(text)); }

std::string get_text(ByteReader& reader) {
  const Bytes text = get_string(reader);
  return {reinterpret_cast<const char*>(text.data()), text.size()};
}

void put(ByteWriter& writer, const std::vector<InstitutionId>& institutions) {
  put_size(writer, institutions.size());
  for (const InstitutionId institution : institutions) writer.put(institution.value);
}

std::vector<InstitutionId> get_institutions(ByteReader& reader) {
  std::vector<InstitutionId> institutions;
  get_list(reader, [&] { institutions.push_back(InstitutionId{reader.get<std::int32_t>()}); });
  return institutions;
}

void put(ByteWriter& writer, const std::optional<SyntheticLoad>& load) {
  put_truth(writer, load.has_value());
  if (load) writer.put(load->block_bytes).put(static_cast<std::uint8_t>(load->sizes)).put(load->seed.value());
}

std::optional<SyntheticLoad> get_load(ByteReader& reader) {
  if (!get_truth(reader)) return std::nullopt;
  SyntheticLoad load;
  load.block_bytes = reader.get<double>();
  load.sizes = get_truth(reader) ? LoadSizes::bitcoin : LoadSizes::fixed;
  load.seed = Seed(reader.get<std::uint64_t>());
  return load;
}

void put(ByteWriter& writer, const std::map<InstitutionId, PublicKey>& keys) {
  put_size(writer, keys.size());
  for (const auto& [institution, key] : keys) writer.put(institution.value).put(key);
}

std::map<InstitutionId, PublicKey> get_keys(ByteReader& reader) {
  std::map<InstitutionId, PublicKey> keys;
  get_list(reader, [&] {
    const InstitutionId institution{reader.get<std::int32_t>()};
    require(keys.emplace(institution, reader.get<PublicKey>()).second, "ledger: institution {} has two keys",
            institution.value);
  });
  return keys;
}

void put(ByteWriter& writer, const ChainRules& rules, Version version) {
  writer.put(rules.chain.value);
  put_size(writer, rules.validators.size());
  for (const PublicKey& key : rules.validators) writer.put(key);
  put(writer, rules.members);
  writer.put(rules.max_block_bytes).put(rules.max_block_gas);
  put_truth(writer, rules.payload_on_chain);
  put_truth(writer, rules.fork_choice.first_seen);
  put_truth(writer, rules.fork_choice.may_reverse);
  put(writer, rules.load);
  if (version >= with_relayers) put(writer, rules.relayers);
}

ChainRules get_chain_rules(ByteReader& reader, Version version) {
  ChainRules rules;
  rules.chain.value = reader.get<std::int32_t>();
  get_list(reader, [&] { rules.validators.push_back(reader.get<PublicKey>()); });
  rules.members = get_keys(reader);
  rules.max_block_bytes = reader.get<std::uint64_t>();
  rules.max_block_gas = reader.get<std::uint64_t>();
  rules.payload_on_chain = get_truth(reader);
  rules.fork_choice.first_seen = get_truth(reader);
  rules.fork_choice.may_reverse = get_truth(reader);
  rules.load = get_load(reader);
  if (version >= with_relayers) rules.relayers = get_keys(reader);
  return rules;
}

void put(ByteWriter& writer, const RoundRules& rules, Version version) {
  writer.put(rules.chain.value);
  put(writer, rules.members);
  writer.put(rules.rounds).put(rules.participants).put(rules.min_updates).put(rules.deadline_s);
  put_truth(writer, rules.cyclic);
  put_text(writer.put(rules.seed.value()), rules.mode);
  put(writer.put(rules.buffer).put(rules.max_staleness), rules.scorers);
  put_text(writer, rules.topology.kind);
  writer.put(rules.topology.degree).put(rules.topology.rewire);
  if (version >= with_keepers) writer.put(rules.keepers);
  if (version >= with_relayers) writer.put(rules.start_s);
  if (version >= with_masks) writer.put(rules.secure.threshold).put(rules.secure.phase_s);
}

RoundRules get_round_rules(ByteReader& reader, Version version) {
  RoundRules rules;
  rules.chain.value = reader.get<std::int32_t>();
  rules.members = get_institutions(reader);
  rules.rounds = reader.get<std::int64_t>();
  rules.participants = reader.get<std::int64_t>();
  rules.min_updates = reader.get<std::int64_t>();
  rules.deadline_s = reader.get<double>();
  rules.cyclic = get_truth(reader);
  rules.seed = Seed(reader.get<std::uint64_t>());
  rules.mode = get_text(reader);
  rules.buffer = reader.get<std::int64_t>();
  rules.max_staleness = reader.get<std::int64_t>();
  rules.scorers = get_institutions(reader);
  rules.topology.kind = get_text(reader);
  rules.topology.degree = reader.get<std::int64_t>();
  rules.topology.rewire = reader.get<double>();
  if (version >= with_keepers) {
    rules.keepers = reader.get<std::int64_t>();
    require(rules.keepers > 0 || version > with_keepers, "ledger: {} keepers", rules.keepers);
  }
  if (version >= with_relayers) rules.start_s = reader.get<double>();
  if (version >= with_masks) {
    rules.secure.threshold = reader.get<double>();
    rules.secure.phase_s = reader.get<double>();
    require(rules.secure.enabled(), "ledger: a threshold of {}", rules.secure.threshold);
  }
  return rules;
}

void put(ByteWriter& writer, const ConsensusRules& rules) {
  put_text(writer, rules.kind);
  writer.put(rules.block_interval_s).put(rules.confirmations).put(rules.timeout_s);
  put_size(writer, rules.hash_shares.size());
  for (const double share : rules.hash_shares) writer.put(share);
  writer.put(rules.retarget_blocks);
}

ConsensusRules get_consensus_rules(ByteReader& reader) {
  ConsensusRules rules;
  rules.kind = get_text(reader);
  rules.block_interval_s = reader.get<double>();
  rules.confirmations = reader.get<std::int64_t>();
  rules.timeout_s = reader.get<double>();
  get_list(reader, [&] { rules.hash_shares.push_back(reader.get<double>()); });
  rules.retarget_blocks = reader.get<std::int64_t>();
  return rules;
}

void put_blocks(ByteWriter& writer, const LedgerExport& exported) {
  put_size(writer, exported.headers.size());
  for (const Bytes& header : exported.headers) put_string(writer, header);
  put_size(writer, exported.transactions.size());
  for (const std::vector<Bytes>& block : exported.transactions) {
    put_size(writer, block.size());
    for (const Bytes& transaction : block) put_string(writer, transaction);
  }
  put_size(writer, exported.payloads.size());
  for (const auto& [digest, payload] : exported.payloads) put_string(writer.put(digest.bytes), payload);
}

void get_blocks(ByteReader& reader, LedgerExport& exported) {
  get_list(reader, [&] { exported.headers.push_back(get_string(reader)); });
  get_list(reader, [&] {
    std::vector<Bytes>& block = exported.transactions.emplace_back();
    get_list(reader, [&] { block.push_back(get_string(reader)); });
  });
  get_list(reader, [&] {
    const Digest digest{reader.get<decltype(Digest::bytes)>()};
    require(exported.payloads.emplace(digest, get_string(reader)).second, "ledger: payload {} is there twice",
            digest.short_hex());
  });
}

Version get_version(ByteReader& reader) {
  const ByteView start = reader.get_bytes(magics[plain].size());
  for (const Version version : {plain, with_keepers, with_relayers, with_masks}) {
    if (std::ranges::equal(start, view_of(magics[version]))) return version;
  }
  fail("ledger: does not begin with {}", fmt::join(magics, ", "));
}

}  // namespace

Bytes encode(const LedgerExport& exported) {
  ByteWriter writer;
  const Version version = version_of(exported);
  writer.put_bytes(view_of(magics[version]));
  put(writer, exported.rules, version);
  put(writer, exported.rounds, version);
  put(writer, exported.consensus);
  put_blocks(writer, exported);
  put_string(writer, exported.initial_model);
  return writer.take();
}

LedgerExport decode_ledger(ByteView bytes) {
  ByteReader reader(bytes);
  const Version version = get_version(reader);
  LedgerExport exported;
  exported.rules = get_chain_rules(reader, version);
  exported.rounds = get_round_rules(reader, version);
  exported.consensus = get_consensus_rules(reader);
  get_blocks(reader, exported);
  exported.initial_model = get_string(reader);
  require(reader.empty(), "ledger: there are bytes after its end");
  return exported;
}

}  // namespace polyclinic
