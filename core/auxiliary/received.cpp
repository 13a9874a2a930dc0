#include "core/auxiliary/received.hpp"

#include <utility>

namespace polyclinic {

void Inbox::add(ReceivedObject received) {
  const bool is_prototypes = received.object->prototypes.classes > 0;
  const Key key{received.source, is_prototypes, is_prototypes ? received.author : InstitutionId{-1}};
  const auto [place, is_new] = latest_.try_emplace(key, received);
  if (!is_new && received.source_round < place->second.source_round) return;
  place->second = std::move(received);
  std::vector<ReceivedObject> all;
  for (const auto& [of, latest] : latest_) all.push_back(latest);
  contents_ = std::make_shared<const std::vector<ReceivedObject>>(std::move(all));
}

}  // namespace polyclinic
