#include "core/scenario/table_check.hpp"

namespace polyclinic {
namespace {

bool by_version(const CollaborationConfig& rules) { return rules.mode == "asynchronous" || rules.mode == "buffered"; }

std::string in_mode(const CollaborationConfig& rules) {
  return fmt::format("does not fit collaboration.mode = \"{}\"", rules.mode);
}

void check_rounds(const ChainCheck& check) {
  const CollaborationConfig& rules = check.chain().collaboration;
  const std::int64_t all = rules.sampling == "cyclic" ? 1 : check.members();
  const std::int64_t participants = rules.participants == 0 ? all : rules.participants;
  check.need(participants <= all, "collaboration.participants", rules.participants,
             rules.sampling == "cyclic" ? "must be 0 or 1 with collaboration.sampling = \"cyclic\""
                                        : fmt::format("is more than the chain's {} members", check.members()));
  check.need(rules.min_updates <= participants, "collaboration.min_updates", rules.min_updates,
             fmt::format("is more than the {} participants of a round", participants));
  check.need(rules.min_updates == 0 || rules.min_updates == participants || rules.deadline_s > 0.0,
             "collaboration.min_updates", rules.min_updates,
             "is a quorum at the deadline and needs collaboration.deadline_s above 0");
  check.need(rules.deadline_s == 0.0 || rules.min_updates > 0, "collaboration.deadline_s", rules.deadline_s,
             "closes a round with collaboration.min_updates updates: set it above 0");
}

void check_algorithm(const ChainCheck& check) {
  const CollaborationConfig& rules = check.chain().collaboration;
  check.need(rules.mu == 0.0 || rules.algorithm == "fedprox", "collaboration.mu", rules.mu,
             "needs collaboration.algorithm = \"fedprox\", or 0");
  check.need(rules.head_epochs == 1 || rules.algorithm == "fedrep", "collaboration.head_epochs", rules.head_epochs,
             "needs collaboration.algorithm = \"fedrep\", or 1");
  if (rules.algorithm != "scaffold") return;
  // Its control variates are mean gradients, read off the length of plain steps, and drift where they are rounded.
  const TrainingConfig& training = check.chain().training;
  check.need(training.optimizer == "sgd", "training.optimizer", training.optimizer,
             "does not fit scaffold, which needs \"sgd\"");
  check.need(training.momentum == 0.0, "training.momentum", training.momentum, "does not fit scaffold, which needs 0");
  check.need(check.chain().sharing.values == "float32", "sharing.values", check.chain().sharing.values,
             "does not fit scaffold, which needs \"float32\"");
}

// Everybody trains all the time: there are no rounds to draw participants for, or to close.
void check_versions(const ChainCheck& check) {
  const CollaborationConfig& rules = check.chain().collaboration;
  check.need(by_version(rules) || rules.staleness == "constant", "collaboration.staleness", rules.staleness,
             "needs collaboration.mode = \"asynchronous\" or \"buffered\", or must be \"constant\"");
  check.need(by_version(rules) || rules.max_staleness == 0, "collaboration.max_staleness", rules.max_staleness,
             "needs collaboration.mode = \"asynchronous\" or \"buffered\", or 0");
  if (!by_version(rules)) return;
  check.need(rules.participants == 0, "collaboration.participants", rules.participants, in_mode(rules) + ", which needs 0");
  check.need(rules.sampling == "uniform", "collaboration.sampling", rules.sampling,
             in_mode(rules) + ", which needs \"uniform\"");
  check.need(rules.min_updates == 0, "collaboration.min_updates", rules.min_updates, in_mode(rules) + ", which needs 0");
  check.need(rules.deadline_s == 0.0, "collaboration.deadline_s", rules.deadline_s, in_mode(rules) + ", which needs 0");
  check.need(rules.algorithm != "scaffold", "collaboration.algorithm", rules.algorithm,
             in_mode(rules) + ", which needs \"fedavg\", \"fedprox\" or \"fedrep\"");
  check.need(rules.mode != "buffered" || rules.buffer <= check.members(), "collaboration.buffer", rules.buffer,
             fmt::format("is more than the chain's {} members", check.members()));
}

void check_degree(const ChainCheck& check) {
  const CollaborationConfig& rules = check.chain().collaboration;
  const std::int64_t degree = rules.degree, members = check.members();
  if (rules.topology != "random_regular" && rules.topology != "small_world") return;
  check.need(degree < members, "collaboration.degree", degree,
             fmt::format("must be below the chain's {} members", members));
  if (rules.topology == "small_world") {
    check.need(degree % 2 == 0, "collaboration.degree", degree,
               "must be even with collaboration.topology = \"small_world\": as many neighbours on either side");
    return;
  }
  check.need(degree > 1 || members == 2, "collaboration.degree", degree, "must be at least 2: pairs are not connected");
  check.need(degree * members % 2 == 0, "collaboration.degree", degree,
             fmt::format("must be even with {} members: each edge has two ends", members));
}

// There is no common model: no server, nobody who is not asked, and what neighbours exchange stays between them.
void check_neighbours(const ChainCheck& check) {
  const CollaborationConfig& rules = check.chain().collaboration;
  if (rules.mode != "gossip") return;
  check.need(check.members() >= 2, "collaboration.mode", rules.mode, "needs at least 2 members, the chain has 1");
  check.need(check.chain().consensus.payload == "off_chain", "consensus.payload", check.chain().consensus.payload,
             in_mode(rules) + ", which needs \"off_chain\": neighbours fetch from one another");
  check.need(rules.algorithm != "scaffold", "collaboration.algorithm", rules.algorithm,
             in_mode(rules) + ", which needs \"fedavg\", \"fedprox\" or \"fedrep\"");
  check.need(rules.server == "average", "collaboration.server", rules.server, in_mode(rules) + ", which needs \"average\"");
  check.need(rules.participants == 0, "collaboration.participants", rules.participants, in_mode(rules) + ", which needs 0");
  check.need(rules.sampling == "uniform", "collaboration.sampling", rules.sampling,
             in_mode(rules) + ", which needs \"uniform\"");
  check.need(rules.sync == "replay", "collaboration.sync", rules.sync,
             in_mode(rules) + ", which needs \"replay\": there is no common model to fetch");
  check.need(rules.defence == "none", "collaboration.defence", rules.defence, in_mode(rules) + ", which needs \"none\"");
  check_degree(check);
}

// What a defence asks of updates and masks is checked where these are known.
void check_scoring(const ChainCheck& check) {
  const CollaborationConfig& rules = check.chain().collaboration;
  if (rules.defence != "scoring") return;
  check.need(check.chain().consensus.hosts == "members", "collaboration.defence", rules.defence,
             "needs consensus.hosts = \"members\": validators score updates on data of their own");
  check.need(rules.mode == "synchronous", "collaboration.defence", rules.defence,
             fmt::format("needs collaboration.mode = \"synchronous\", not \"{}\"", rules.mode));
}

void check_unavailable(const ChainCheck& check) {
  const CollaborationConfig& rules = check.chain().collaboration;
  check.need(rules.unavailable == "wait" || check.chain().consensus.payload == "off_chain", "collaboration.unavailable",
             rules.unavailable, "needs consensus.payload = \"off_chain\", or must be \"wait\"");
  if (rules.unavailable == "wait") return;
  check.need(check.chain().consensus.replicas >= 1, "collaboration.unavailable", rules.unavailable,
             "needs consensus.replicas of at least 1: an update counts once a member that keeps a copy vouches for it");
  check.need(
      by_version(rules) || (rules.deadline_s > 0.0 && rules.min_updates > 0), "collaboration.unavailable",
      rules.unavailable,
      fmt::format("needs collaboration.deadline_s and collaboration.min_updates above 0 in mode \"{}\": a round that "
                  "waits for everybody leaves nothing out",
                  rules.mode));
}

}  // namespace

void check_collaboration(const ChainCheck& check) {
  check_versions(check);
  check_neighbours(check);
  check_rounds(check);
  check_algorithm(check);
  check_scoring(check);
  check_unavailable(check);
}

}  // namespace polyclinic
