#include <memory>
#include <utility>

#include "core/base/error.hpp"
#include "core/data/demand.hpp"
#include "core/data/files.hpp"
#include "core/data/labels.hpp"
#include "core/data/loaders.hpp"
#include "core/data/npy.hpp"

namespace polyclinic {
namespace {

std::string shape_text(const at::Tensor& tensor) { return fmt::format("({})", fmt::join(tensor.sizes(), ", ")); }

std::string known_file_name(const KnownSet& set, std::int64_t size_pixels) {
  demand(size_pixels == 28 || size_pixels == 64 || size_pixels == 128 || size_pixels == 224,
         "data.size_pixels is {}, {} comes in 28, 64, 128 and 224", size_pixels, set.name);
  return size_pixels == 28 ? set.name + ".npz" : fmt::format("{}_{}.npz", set.name, size_pixels);
}

std::filesystem::path file_of(const LoadRequest& request) {
  if (request.known)
    return find_known(*request.known, {known_file_name(*request.known, request.config.size_pixels)}, request.config.path,
                      request.paths);
  demand(!request.config.path.empty(), "data.dataset = \"npz\" needs data.path, the .npz file");
  return find_given(request.config.path, request.paths);
}

// (n, h, w) or (n, h, w, 3), as stored, to (n, channels, h, w).
at::Tensor channels_first(const at::Tensor& images, const std::string& where) {
  require(images.scalar_type() == at::kByte, "{}: images must be uint8, these are {}", where,
          toString(images.scalar_type()));
  const bool grey = images.dim() == 3;
  require(grey || (images.dim() == 4 && images.size(3) == 3),
          "{}: images have shape {}, expected (n, height, width) or (n, height, width, 3)", where, shape_text(images));
  require(images.size(1) > 0 && images.size(2) > 0, "{}: images have shape {}", where, shape_text(images));
  return grey ? images.unsqueeze(1) : images.permute({0, 3, 1, 2}).contiguous();
}

void check_shape(const at::Tensor& images, const InputShape& shape, const std::string& where) {
  const InputShape found = {images.size(1), images.size(2), images.size(3)};
  require(found == shape, "{}: {} channels of {} x {} pixels, expected {} of {} x {}", where, found.channels, found.height,
          found.width, shape.channels, shape.height, shape.width);
}

struct Reader {
  const NpzArchive& archive;
  std::string file;
  Task task;
  InputShape shape;

  // Null where the archive has no such part.
  [[nodiscard]] std::shared_ptr<const Dataset> part(const std::string& name) const {
    const std::string images_name = name + "_images";
    if (!archive.has(images_name)) return nullptr;
    const at::Tensor images = channels_first(archive.read(images_name), where(images_name));
    check_shape(images, shape, where(images_name));
    const at::Tensor labels = checked_labels(archive.read(name + "_labels"), task, where(name + "_labels"));
    require(images.size(0) == labels.size(0), "{}: {} has {} images and {} labels", file, name, images.size(0),
            labels.size(0));
    if (images.size(0) == 0) return nullptr;
    return std::make_shared<const Dataset>(Dataset{images, labels, {}});
  }
  [[nodiscard]] std::string where(const std::string& array) const { return file + ": " + array; }
};

InputShape stored_shape(const NpzArchive& archive, const std::string& file) {
  const at::Tensor images = channels_first(archive.read("train_images"), file + ": train_images");
  return {images.size(1), images.size(2), images.size(3)};
}

}  // namespace

Collection load_npz(const LoadRequest& request) {
  const std::filesystem::path path = file_of(request);
  const std::unique_ptr<NpzArchive> archive = open_npz(path);
  const std::string file = path.string();
  Collection collection;
  collection.name = request.known ? request.known->name : path.stem().string();
  collection.source = file;
  const std::int64_t size = request.config.size_pixels;
  collection.task =
      request.known ? request.known->task : task_from_labels(archive->read("train_labels"), file + ": train_labels");
  collection.shape = request.known ? InputShape{request.known->channels, size, size} : stored_shape(*archive, file);
  const Reader reader{*archive, file, collection.task, collection.shape};
  collection.train = reader.part("train");
  require(collection.train != nullptr, "{} has no rows to train on (array train_images)", file);
  collection.validation = reader.part("val");
  collection.test = reader.part("test");
  require(!request.known || (collection.validation && collection.test), "{} lacks its val_ or test_ arrays", file);
  return collection;
}

}  // namespace polyclinic
