#include "core/data/load.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <string_view>
#include <utility>

#include "core/data/adaptation.hpp"
#include "core/data/demand.hpp"
#include "core/data/known_sets.hpp"
#include "core/data/loaders.hpp"
#include "core/data/strata.hpp"

namespace polyclinic {
namespace {

struct Format {
  std::string_view name;
  std::string_view description;  // empty: only for sets of the index
  Collection (*load)(const LoadRequest& request);
};

constexpr std::array<Format, 6> formats = {{
    {"medmnist", "", load_npz},
    {"heart", "", load_heart},
    {"phantom", "built-in: procedural organ-and-lesion images, no data needed (data.phantom)", load_phantom},
    {"npz", "any .npz file laid out as MedMNIST's (data.path)", load_npz},
    {"idx", "a folder with four IDX files named as MNIST's, .gz or plain (data.path)", load_idx},
    {"folder", "a folder of PNG or JPEG images, one sub-folder a class (data.path, data.size_pixels)", load_image_folder},
}};

const Format& format_named(std::string_view name) {
  const auto found =
      std::find_if(formats.begin(), formats.end(), [&](const Format& format) { return format.name == name; });
  require(found != formats.end(), "datasets/index.toml: unknown format \"{}\"", name);
  return *found;
}

bool is_generic(std::string_view name) {
  return std::any_of(formats.begin(), formats.end(),
                     [&](const Format& format) { return format.name == name && !format.description.empty(); });
}

std::string summary_of(const KnownSet& set) {
  return fmt::format("{}; {}, {} classes, {} rows, {}", set.title, task_kind_name(set.task.kind), set.task.classes,
                     fmt::join(set.rows, "/"), set.licence);
}

std::shared_ptr<const Dataset> thinned(const std::shared_ptr<const Dataset>& part, const Task& task, std::int64_t rows,
                                       Seed seed) {
  RowList all(static_cast<std::size_t>(part->size()));
  std::iota(all.begin(), all.end(), std::int64_t{0});
  Draw draw = draw_stratified(all, strata_of(*part, task), rows, seed);
  std::sort(draw.taken.begin(), draw.taken.end());
  return std::make_shared<const Dataset>(selected(*part, draw.taken));
}

Collection thinned(Collection collection, std::int64_t most_rows, Seed seed) {
  const std::int64_t train = collection.train->size();
  const std::int64_t validation = collection.validation ? collection.validation->size() : 0;
  if (most_rows == 0 || train + validation <= most_rows) return collection;
  const auto counts = apportioned({static_cast<double>(train), static_cast<double>(validation)}, most_rows);
  collection.train = thinned(collection.train, collection.task, counts[0], seed / "train");
  if (collection.validation)
    collection.validation = thinned(collection.validation, collection.task, counts[1], seed / "validation");
  return collection;
}

}  // namespace

std::vector<NamedKind> dataset_kinds() {
  std::vector<NamedKind> kinds;
  for (const KnownSet& set : known_sets()) kinds.push_back({set.name, summary_of(set)});
  for (const Format& format : formats)
    if (!format.description.empty()) kinds.push_back({std::string(format.name), std::string(format.description)});
  return kinds;
}

std::vector<std::string> dataset_names() {
  std::vector<std::string> names;
  for (NamedKind& kind : dataset_kinds()) names.push_back(std::move(kind.name));
  return names;
}

Collection load_collection(const DataConfig& config, const DataPaths& paths, const DataSeeds& seeds) {
  const auto known = find_known_set(config.dataset);
  demand(known || is_generic(config.dataset), "data.dataset is \"{}\", allowed are {}", config.dataset,
         fmt::join(dataset_names(), ", "));
  demand(config.max_train_rows >= 0, "data.max_train_rows is {}, must not be negative", config.max_train_rows);
  const Format& format = format_named(known ? known->format : config.dataset);
  Collection collection = format.load({config, paths, known, seeds.own});
  collection = share_of(std::move(collection), config.from, config.to, seeds.common);
  collection = thinned(std::move(collection), config.max_train_rows, seeds.own / "max_train_rows");
  if (config.labels == "permuted") collection = with_permuted_labels(std::move(collection), seeds.own / "permuted_labels");
  return seen_through(std::move(collection), config.acquisition, seeds.own / "acquisition");
}

Collection load_reference(const ReferenceConfig& config, const DataPaths& paths, const DataSeeds& seeds) {
  Collection collection = load_collection(config.data, paths, seeds);
  collection.validation = collection.test = nullptr;
  return collection;
}

}  // namespace polyclinic
