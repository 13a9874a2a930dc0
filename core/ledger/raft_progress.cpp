#include "core/ledger/raft_progress.hpp"

#include <algorithm>

namespace polyclinic::raft {
namespace {

constexpr std::size_t most_blocks = 64;            // in one message
constexpr std::uint64_t enough_bytes = 4'000'000;  // after which no further block is put in
constexpr double longest_patience_timeouts = 4.0;

}  // namespace

void Mail::write(NodeId to, Follower& follower, double at_s) {
  const std::uint64_t last = log_.last(ledger_)->header().height;
  const bool is_silent = follower.is_probed || follower.next > follower.match + 1;  // it owes an answer
  const bool is_due = is_silent && at_s + time_tolerance_s >= follower.repeat_at_s;
  if (is_due && !follower.is_probed) follower.next = follower.match + 1;
  const bool has_more = follower.next <= last && (is_due || !follower.is_probed);
  if (!has_more) return post(to, follower.is_probed ? follower.next - 1 : follower.match, false);
  follower.patience_s = is_due ? std::min(2.0 * follower.patience_s, longest_patience_timeouts * timeout_s_) : timeout_s_;
  follower.repeat_at_s = at_s + follower.patience_s;
  post(to, follower.next - 1, true);
  if (!follower.is_probed) follower.next += letters_.back().message->blocks.size();
}

Actions Mail::actions(std::int64_t followers) const {
  Actions actions;
  const auto same = [&](const Letter& letter) { return letter.message == letters_.front().message; };
  if (std::ssize(letters_) == followers && std::ranges::all_of(letters_, same) && followers > 0) {
    actions.emplace_back(Broadcast{letters_.front().message});
    return actions;
  }
  for (const Letter& letter : letters_) actions.emplace_back(Send{letter.to, letter.message});
  return actions;
}

std::vector<BlockPointer> Mail::batch(std::uint64_t first) const {
  std::vector<BlockPointer> blocks;
  std::uint64_t bytes = 0;
  while (blocks.size() < most_blocks && bytes < enough_bytes) {
    BlockPointer block = log_.at(first + blocks.size(), ledger_);
    if (!block) break;
    bytes += block->bytes();
    blocks.push_back(std::move(block));
  }
  return blocks;
}

void Mail::post(NodeId to, std::uint64_t previous, bool with_blocks) {
  const auto written = std::ranges::find_if(letters_, [&](const Letter& letter) {
    return letter.message->previous_height == previous && letter.message->blocks.empty() != with_blocks;
  });
  if (written != letters_.end()) {
    const Letter copy{to, written->message};
    return letters_.push_back(copy);
  }
  letters_.push_back({to, std::make_shared<const AppendEntries>(
                              term_, previous, log_.at(previous, ledger_)->hash(),
                              with_blocks ? batch(previous + 1) : std::vector<BlockPointer>{}, committed_)});
}

}  // namespace polyclinic::raft
