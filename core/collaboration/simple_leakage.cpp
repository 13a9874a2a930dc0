#include "core/collaboration/simple_leakage.hpp"

#include <algorithm>
#include <cmath>

#include "core/collaboration/shared_records.hpp"

namespace polyclinic {
namespace {

// Published coordinates of one tensor.
std::int64_t published_of(const TensorSpec& tensor, const at::Tensor& positions) {
  const std::int64_t* first = positions.data_ptr<std::int64_t>();
  const std::int64_t* last = first + positions.numel();
  return std::lower_bound(first, last, tensor.offset + tensor.numel) - std::lower_bound(first, last, tensor.offset);
}

double head_fraction(const Model& model, const at::Tensor& positions) {
  std::int64_t published = 0, all = 0;
  for (const std::size_t place : model.head()) {
    const TensorSpec& tensor = model.layout()->tensors()[place];
    published += published_of(tensor, positions);
    all += tensor.numel;
  }
  return all == 0 ? 0.0 : static_cast<double>(published) / static_cast<double>(all);
}

std::int64_t published_weights(const Layout& layout, const at::Tensor& positions) {
  const std::int64_t* first = positions.data_ptr<std::int64_t>();
  return std::lower_bound(first, first + positions.numel(), layout.weights_size()) - first;
}

}  // namespace

std::string policy_name(const SharingConfig& config) {
  std::string name;
  bool selects = false;
  for (const std::string& step : config.steps) {
    if (!name.empty()) name += ' ';
    name += step;
    selects = selects || step == "random" || step == "top_k" || step == "selective" || step == "sparse_vector";
  }
  if (selects) name += fmt::format(" {:g}", config.fraction);
  return config.values == "float32" ? name : name + " " + config.values;
}

SimpleLeakageRow simple_leakage(const ChainPlan& plan, InstitutionId member, std::int64_t rounds, const Egress& egress) {
  const Layout& layout = *plan.model->layout();
  const std::int64_t weights = published_weights(layout, egress.positions);
  SimpleLeakageRow row;
  row.chain = plan.config.name;
  row.round = rounds + 1;
  row.institution = member.value;
  row.policy = policy_name(plan.config.sharing);
  row.shared_fraction = egress.fraction;
  row.exposed_fraction = egress.exposed_fraction;
  row.equations = static_cast<double>(weights);
  row.unknowns = static_cast<double>(plan.data_of(member).train.size() * plan.collection.shape.numel());
  row.cosine = egress.cosine;
  row.energy_kept = egress.energy_kept;
  row.head_fraction = head_fraction(*plan.model, egress.positions);
  row.buffers_published = egress.positions.numel() > weights ? 1 : 0;
  row.bytes = static_cast<std::int64_t>(egress.bytes);
  return row;
}

LeakageSoFar::LeakageSoFar(std::vector<ChainPlanPointer> plans) : plans_(std::move(plans)) {}

SimpleLeakageRow LeakageSoFar::with(ChainId chain, SimpleLeakageRow row) {
  const InstitutionId author{static_cast<std::int32_t>(row.institution)};
  const ChainPlan& own = *plans_[static_cast<std::size_t>(chain.value)];
  Published& here = published_[{chain, author}];
  here.equations += row.equations;
  here.coordinates = std::round(row.exposed_fraction * static_cast<double>(own.model->layout()->size()));
  for (const ChainPlanPointer& plan : plans_) {
    const auto published = published_.find({plan->id, author});
    if (published == published_.end() || (plan->id != chain && !share_records(own, *plan))) continue;
    row.equations_so_far += published->second.equations;
    row.coordinates_so_far += published->second.coordinates;
  }
  return row;
}

}  // namespace polyclinic
