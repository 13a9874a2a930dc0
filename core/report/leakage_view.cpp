#include "core/report/leakage_view.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace polyclinic {

namespace {

constexpr std::int64_t most_images = 8;  // of a gallery; a page has many

// The first images of an array (n, channels, height, width), or the one of an array (channels, height, width); none where it is neither.
ImageStack stack_of(const Array& array) {
  std::vector<std::int64_t> shape = array.shape;
  if (shape.size() == 3) shape.insert(shape.begin(), 1);
  if (shape.size() != 4 || array.kind != ElementKind::float32 || (shape[1] != 1 && shape[1] != 3)) return {};
  ImageStack stack{std::min(shape[0], most_images), shape[1], shape[2], shape[3], {}};
  stack.numbers.resize(static_cast<std::size_t>(stack.count * stack.channels * stack.height * stack.width));
  if (!stack.numbers.empty()) std::memcpy(stack.numbers.data(), array.values.data(), stack.numbers.size() * sizeof(float));
  return stack;
}

void put_galleries(const ResultData& data, const std::string& chain, LeakageRows& leakage) {
  const std::string folder = "/leakage/images/" + chain + "/";
  for (const auto& [path, array] : data.arrays) {
    if (!path.starts_with(folder)) continue;
    const std::string rest = path.substr(folder.size());
    const std::size_t slash = rest.find('/');
    if (slash == std::string::npos) {
      if (rest == "mean") leakage.mean_image = stack_of(array);
      continue;
    }
    GalleryView& gallery = leakage.galleries[rest.substr(0, slash)];
    (rest.ends_with("/original") ? gallery.originals : gallery.reconstructions) = stack_of(array);
  }
}

template <class Row>
std::vector<Row> of_chain(const ResultData& data, std::string_view table, const std::string& chain) {
  std::vector<Row> found = rows<Row>(data, table);
  std::erase_if(found, [&](const Row& row) { return row.chain != chain; });
  return found;
}

// Rows of one chain, each with its own points: these name their row by its place among those of all chains.
std::vector<std::pair<MembershipRow, Steps>> membership_of(const ResultData& data, const std::string& chain) {
  const auto all = rows<MembershipRow>(data, "/leakage/membership");
  std::vector<Steps> curves(all.size());
  for (const RocRow& point : rows<RocRow>(data, "/leakage/roc")) {
    if (point.membership >= 0 && point.membership < std::ssize(curves))
      curves[static_cast<std::size_t>(point.membership)].emplace_back(point.fpr, point.tpr);
  }
  std::vector<std::pair<MembershipRow, Steps>> found;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::ranges::sort(curves[i]);
    if (all[i].chain == chain) found.emplace_back(all[i], std::move(curves[i]));
  }
  return found;
}

}  // namespace

LeakageRows leakage_of(const ResultData& data, const std::string& chain) {
  LeakageRows leakage;
  leakage.inversion = of_chain<InversionRow>(data, "/leakage/inversion", chain);
  leakage.labels = of_chain<LabelRow>(data, "/leakage/labels", chain);
  leakage.skipped = of_chain<SkippedAttackRow>(data, "/leakage/skipped", chain);
  leakage.membership = membership_of(data, chain);
  put_galleries(data, chain, leakage);
  return leakage;
}

}  // namespace polyclinic
