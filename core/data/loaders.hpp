// One loader for each format: what load_collection's table refers to. All throw Error naming the file.
#pragma once

#include <optional>

#include "core/data/dataset.hpp"
#include "core/data/known_sets.hpp"
#include "core/data/load.hpp"

namespace polyclinic {

struct LoadRequest {
  const DataConfig& config;
  const DataPaths& paths;
  std::optional<KnownSet> known;  // what the index says, for a data set known by name
  Seed seed;
};

// MedMNIST's .npz: train_, val_ and test_ images (uint8; n,h,w grey or n,h,w,3) and labels (integers; n, n,1 or n,labels).
// Without an index entry the task follows from the labels: 2 classes binary, more multi_class, several columns multi_label.
[[nodiscard]] Collection load_npz(const LoadRequest& request);
// MNIST's IDX files, plain or gzip-compressed.
[[nodiscard]] Collection load_idx(const LoadRequest& request);
// The four hospitals of the UCI heart-disease data.
[[nodiscard]] Collection load_heart(const LoadRequest& request);
// A folder of PNG or JPEG images, one sub-folder a class.
[[nodiscard]] Collection load_image_folder(const LoadRequest& request);
// Procedural images: see phantom.hpp.
[[nodiscard]] Collection load_phantom(const LoadRequest& request);

}  // namespace polyclinic
