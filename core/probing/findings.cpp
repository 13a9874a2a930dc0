#include "core/probing/findings.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>

#include <algorithm>
#include <map>
#include <span>

namespace polyclinic {
namespace {

void add_images(Recorder& recorder, const std::string& path, const std::vector<at::Tensor>& parts, std::int64_t limit) {
  const at::Tensor images = at::cat(parts).slice(0, 0, limit).contiguous();
  const std::span<const float> numbers(images.data_ptr<float>(), static_cast<std::size_t>(images.numel()));
  recorder.array(path, numbers, images.sizes().vec());
}

}  // namespace

FindingsRecord::FindingsRecord(Recorder& recorder) : recorder_(recorder) {}

void FindingsRecord::add(const Findings& findings) {
  for (const InversionRow& row : findings.inversion) recorder_.add("/leakage/inversion", row);
  for (const LabelRow& row : findings.labels) recorder_.add("/leakage/labels", row);
  for (const CurvedMembership& found : findings.membership) {
    recorder_.add("/leakage/membership", found.row);
    for (const RocPoint& point : found.curve) recorder_.add("/leakage/roc", RocRow{membership_rows_, point.fpr(), point.tpr()});
    ++membership_rows_;
  }
  for (const PropertyRow& row : findings.properties) recorder_.add("/leakage/properties", row);
  for (const SkippedAttackRow& row : findings.skipped) recorder_.add("/leakage/skipped", row);
}

void FindingsRecord::add_mean_image(const std::string& chain, const at::Tensor& mean) {
  const at::Tensor image = mean.contiguous();
  const std::span<const float> numbers(image.data_ptr<float>(), static_cast<std::size_t>(image.numel()));
  recorder_.array("/leakage/images/" + chain + "/mean", numbers, image.sizes().vec());
}

void FindingsRecord::add_pictures(const std::vector<Gallery>& galleries, std::int64_t limit) {
  std::map<std::string, std::pair<std::vector<at::Tensor>, std::vector<at::Tensor>>> by_folder;
  for (const Gallery& gallery : galleries) {
    by_folder[gallery.folder].first.push_back(gallery.originals);
    by_folder[gallery.folder].second.push_back(gallery.reconstructions);
  }
  for (const auto& [folder, images] : by_folder) {
    if (limit == 0) continue;
    add_images(recorder_, "/leakage/images/" + folder + "/original", images.first, limit);
    add_images(recorder_, "/leakage/images/" + folder + "/reconstruction", images.second, limit);
  }
}

}  // namespace polyclinic
