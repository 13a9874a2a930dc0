// A folder of images: FOLDER/CLASS/NAME.png, classes in alphabetical order. An optional .csv file in FOLDER has the columns
// file (CLASS/NAME.png) and, as wanted, site and split (train, validation or test); it then lists every image.
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/data/demand.hpp"
#include "core/data/files.hpp"
#include "core/data/image.hpp"
#include "core/data/loaders.hpp"
#include "core/data/table.hpp"

namespace polyclinic {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> splits = {"train", "validation", "test"};

struct Picture {
  fs::path file;
  std::int64_t label = 0;
  std::string site;
  std::size_t split = 0;  // index into splits
};

std::string extension_of(const fs::path& file) {
  std::string extension = file.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

bool is_picture(const fs::path& file) {
  const std::string extension = extension_of(file);
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

// Directory order depends on the file system: sorted, it is the same everywhere.
std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(folder, error)) entries.push_back(entry.path());
  require(!error, "{} cannot be read: {}", folder.string(), error.message());
  std::sort(entries.begin(), entries.end());
  return entries;
}

std::vector<fs::path> class_folders(const fs::path& folder) {
  std::vector<fs::path> classes;
  for (const fs::path& entry : sorted_entries(folder))
    if (fs::is_directory(entry)) classes.push_back(entry);
  require(classes.size() >= 2, "{} has {} class folders, needs at least 2", folder.string(), classes.size());
  return classes;
}

std::vector<Picture> pictures_in(const std::vector<fs::path>& classes) {
  std::vector<Picture> pictures;
  for (std::size_t label = 0; label < classes.size(); ++label) {
    const std::size_t before = pictures.size();
    for (const fs::path& entry : sorted_entries(classes[label]))
      if (is_picture(entry)) pictures.push_back({entry, static_cast<std::int64_t>(label), "", 0});
    require(pictures.size() > before, "class folder {} has no PNG or JPEG image", classes[label].string());
  }
  return pictures;
}

// Nothing where there is no .csv file.
fs::path table_in(const fs::path& folder) {
  std::vector<fs::path> tables;
  for (const fs::path& entry : sorted_entries(folder))
    if (extension_of(entry) == ".csv") tables.push_back(entry);
  require(tables.size() <= 1, "{} has {} .csv files, expected one at most", folder.string(), tables.size());
  return tables.empty() ? fs::path() : tables.front();
}

struct TableColumns {
  std::size_t file = 0;
  std::size_t site = 0;   // npos: absent
  std::size_t split = 0;  // npos: absent
};

TableColumns columns_of(const std::vector<std::string>& names, const std::string& table) {
  const auto place = [&](std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::string::npos : static_cast<std::size_t>(found - names.begin());
  };
  for (const std::string& name : names)
    require(name == "file" || name == "site" || name == "split",
            "{}:1: unknown column \"{}\", allowed are file, site, split", table, name);
  require(place("file") != std::string::npos, "{}:1: no column called file", table);
  return {place("file"), place("site"), place("split")};
}

std::size_t split_named(const std::string& name, const std::string& where) {
  const std::string_view known = name == "val" ? "validation" : std::string_view(name);
  const auto found = std::find(splits.begin(), splits.end(), known);
  require(found != splits.end(), "{}: split is \"{}\", allowed are train, validation and test", where, name);
  return static_cast<std::size_t>(found - splits.begin());
}

std::vector<Picture> with_table(std::vector<Picture> pictures, const fs::path& folder, const fs::path& table) {
  const std::vector<TableRow> rows = read_table(table);
  require(!rows.empty(), "{} is empty", table.string());
  const TableColumns columns = columns_of(rows.front().fields, table.string());
  std::map<fs::path, std::size_t> unlisted;
  for (std::size_t i = 0; i < pictures.size(); ++i) unlisted[pictures[i].file.lexically_normal()] = i;
  for (const TableRow& row : std::vector(rows.begin() + 1, rows.end())) {
    const std::string where = fmt::format("{}:{}", table.string(), row.line);
    require(row.fields.size() == rows.front().fields.size(), "{}: {} fields, expected {}", where, row.fields.size(),
            rows.front().fields.size());
    const auto found = unlisted.find((folder / row.fields[columns.file]).lexically_normal());
    require(found != unlisted.end(), "{}: {} is not an image of a class folder, or is listed twice", where,
            row.fields[columns.file]);
    Picture& picture = pictures[found->second];
    if (columns.site != std::string::npos) picture.site = row.fields[columns.site];
    if (columns.split != std::string::npos) picture.split = split_named(row.fields[columns.split], where);
    require(columns.site == std::string::npos || !picture.site.empty(), "{}: the site is empty", where);
    unlisted.erase(found);
  }
  require(unlisted.empty(), "{} does not list {} of {} images, for one {}", table.string(), unlisted.size(),
          pictures.size(), unlisted.empty() ? "" : unlisted.begin()->first.string());
  return pictures;
}

std::vector<std::string> site_names_of(const std::vector<Picture>& pictures) {
  std::vector<std::string> names;
  for (const Picture& picture : pictures)
    if (!picture.site.empty()) names.push_back(picture.site);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::int64_t common_channels(const std::vector<Picture>& pictures) {
  const auto coloured = [](const Picture& picture) { return image_info(picture.file).channels >= 3; };
  return std::count_if(pictures.begin(), pictures.end(), coloured) > 0 ? 3 : 1;
}

std::shared_ptr<const Dataset> decoded(const std::vector<Picture>& pictures, std::size_t split, const InputShape& shape,
                                       const std::vector<std::string>& site_names) {
  std::vector<Picture> chosen;
  std::copy_if(pictures.begin(), pictures.end(), std::back_inserter(chosen),
               [&](const Picture& picture) { return picture.split == split; });
  if (chosen.empty()) return nullptr;
  at::Tensor inputs =
      at::empty({static_cast<std::int64_t>(chosen.size()), shape.channels, shape.height, shape.width}, at::kByte);
  auto* to = inputs.data_ptr<std::uint8_t>();
  std::vector<std::int64_t> labels;
  std::vector<std::int32_t> sites;
  for (const Picture& picture : chosen) {
    const std::vector<std::uint8_t> pixels = read_image(picture.file, shape.height, shape.channels);
    to = std::copy(pixels.begin(), pixels.end(), to);
    labels.push_back(picture.label);
    const auto site = std::lower_bound(site_names.begin(), site_names.end(), picture.site);
    if (!site_names.empty()) sites.push_back(static_cast<std::int32_t>(site - site_names.begin()));
  }
  return std::make_shared<const Dataset>(Dataset{inputs, at::tensor(labels), sites});
}

}  // namespace

Collection load_image_folder(const LoadRequest& request) {
  demand(!request.config.path.empty(), "data.dataset = \"folder\" needs data.path, the folder with one sub-folder a class");
  demand(request.config.size_pixels >= 1 && request.config.size_pixels <= 4096,
         "data.size_pixels is {}, allowed are 1 to 4096", request.config.size_pixels);
  const fs::path folder = find_given(request.config.path, request.paths);
  require(fs::is_directory(folder), "{} is not a folder", folder.string());
  const std::vector<fs::path> classes = class_folders(folder);
  const fs::path table = table_in(folder);
  std::vector<Picture> pictures = pictures_in(classes);
  if (!table.empty()) pictures = with_table(std::move(pictures), folder, table);
  Collection collection;
  collection.name = folder.filename().string();
  collection.source = folder.string();
  collection.task.kind = classes.size() == 2 ? TaskKind::binary : TaskKind::multi_class;
  collection.task.classes = static_cast<std::int64_t>(classes.size());
  for (const fs::path& entry : classes) collection.task.class_names.push_back(entry.filename().string());
  collection.site_names = site_names_of(pictures);
  collection.shape = {common_channels(pictures), request.config.size_pixels, request.config.size_pixels};
  collection.train = decoded(pictures, 0, collection.shape, collection.site_names);
  collection.validation = decoded(pictures, 1, collection.shape, collection.site_names);
  collection.test = decoded(pictures, 2, collection.shape, collection.site_names);
  require(collection.train != nullptr, "{} assigns no image to split train", table.string());
  return collection;
}

}  // namespace polyclinic
