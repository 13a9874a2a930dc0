#include "sim/round_book.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace polyclinic {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace

UpdateName name_of(const Transaction& transaction) {
  return {transaction.author, static_cast<std::int64_t>(transaction.round), transaction.nonce};
}

void RoundBook::publish(const UpdateName& name, const RoundOutcome& outcome) {
  Published published;
  published.row.round = name.round + 1;
  published.row.institution = name.author.value;
  published.row.train_loss = outcome.train_loss;
  published.row.shared_fraction = outcome.egress.fraction;
  published.row.bytes = static_cast<std::int64_t>(outcome.egress.bytes);
  published.samples = static_cast<double>(plan_->data_of(name.author).train.size());
  published.update = outcome.update;
  published_[name] = std::move(published);
}

std::vector<SharedUpdatePointer> RoundBook::updates_of(const ClosedRound& closed) const {
  std::vector<SharedUpdatePointer> updates;
  for (const Transaction& transaction : closed.updates) {
    updates.push_back(update(name_of(transaction)));
    assert(updates.back()->digest() == transaction.payload);
  }
  return updates;
}

namespace {

void add_statements(const ClosedRound& closed, RoundContent& content) {
  std::int64_t sharers = 0;
  for (const Transaction& said : closed.statements) {
    const bool is_shares = said.kind == TransactionKind::key_shares;
    sharers += is_shares;
    content.statement_bytes += is_shares ? 0 : said.payload_bytes;
  }
  content.statements = std::ssize(closed.statements);
  content.dropped = sharers == 0 ? 0 : sharers - std::ssize(closed.updates);
}

}  // namespace

void RoundBook::close(const ClosedRound& closed, RoundContent content) {
  add_statements(closed, content);
  for (const Transaction& update : closed.updates) {
    content.payloads.push_back({name_of(update), update.payload_bytes});
    decided(name_of(update));
  }
  contents_.push_back(std::move(content));
  forget_before(closed.round + 1);
}

bool RoundBook::agrees(const ClosedRound& closed) const {
  const auto same = [](const RoundContent::Payload& payload, const Transaction& update) {
    return payload.name == name_of(update);
  };
  return std::ranges::equal(content(closed.round).payloads, closed.updates, same);
}

// An update of an asynchronous chain may wait in the mempool while many versions pass, and count then. Once decided it stays a
// while: a chain that reverses final blocks may decide again.
void RoundBook::forget_before(std::int64_t round) {
  const bool by_round = !plan_->is_asynchronous();
  const std::int64_t kept = by_round ? 0 : 8 * static_cast<std::int64_t>(plan_->members.size());
  std::erase_if(published_,
                [&](const auto& entry) { return (by_round || entry.second.decided) && entry.first.round < round - kept; });
}

void RoundBook::decided(const UpdateName& name) {
  const auto found = published_.find(name);
  if (found != published_.end()) found->second.decided = true;
}

RoundRow RoundBook::round_row(const ClosedRound& closed) const {
  RoundRow row;
  row.round = closed.round + 1;
  row.block_height = static_cast<std::int64_t>(closed.closed_by->header().height);
  row.participants = static_cast<std::int64_t>(closed.updates.size());
  double loss = 0.0, samples = 0.0;
  for (const Transaction& update : closed.updates) {
    const Published& published = published_.at(name_of(update));
    if (!std::isnan(published.row.train_loss)) {  // a free rider has none
      loss += published.samples * published.row.train_loss;
      samples += published.samples;
    }
    row.published_bytes += published.row.bytes;
  }
  row.train_loss = loss / samples;
  return row;
}

std::vector<MemberRow> RoundBook::member_rows(const ClosedRound& closed, const std::vector<InstitutionId>& members) const {
  std::vector<MemberRow> rows;
  for (const InstitutionId member : members) {
    MemberRow row;
    row.train_loss = undefined;
    for (const Transaction& update : closed.updates) {
      if (update.author != member) continue;
      row = published_.at(name_of(update)).row;
      row.staleness = closed.round - static_cast<std::int64_t>(update.round);
    }
    row.round = closed.round + 1;
    row.institution = member.value;
    rows.push_back(row);
  }
  return rows;
}

}  // namespace polyclinic
