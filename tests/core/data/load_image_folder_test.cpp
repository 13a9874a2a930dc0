#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>
#include <stb_image_write.h>

#include "core/data/loaders.hpp"
#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

struct Pictures {
  // A picture of one colour (`channels` times `grey`), as PNG or, where the name ends so, JPEG.
  void add(const std::string& name, int grey, int channels = 1, int width = 8, int height = 8) const {
    const std::filesystem::path file = folder / name;
    std::filesystem::create_directories(file.parent_path());
    const std::vector<unsigned char> pixels(static_cast<std::size_t>(width * height * channels),
                                            static_cast<unsigned char>(grey));
    if (file.extension() == ".jpg")
      stbi_write_jpg(file.c_str(), width, height, channels, pixels.data(), 95);
    else
      stbi_write_png(file.c_str(), width, height, channels, pixels.data(), width * channels);
  }
  [[nodiscard]] Collection load() const {
    DataConfig config;
    config.dataset = "folder";
    config.path = (folder / "").string();
    config.size_pixels = 8;
    return load_collection(config, {}, seeds());
  }
  [[nodiscard]] std::string complaint() const {
    return error_of([&] { (void)load(); });
  }
  TemporaryFolder folder;
};

}  // namespace

TEST_CASE("sub-folders are classes in alphabetical order, other files do not matter") {
  const Pictures pictures;
  pictures.add("sick/b.png", 200);
  pictures.add("sick/a.PNG", 100);
  pictures.add("healthy/c.png", 50);
  write_file(pictures.folder / "sick/notes.txt", "no picture");
  const Collection data = pictures.load();
  CHECK(data.task.kind == TaskKind::binary);
  CHECK(data.task.class_names == std::vector<std::string>{"healthy", "sick"});
  CHECK(data.shape == InputShape{1, 8, 8});
  CHECK(data.train->labels.equal(at::tensor({0, 1, 1}, at::kLong)));
  CHECK(data.train->inputs.select(3, 0).select(2, 0).view(-1).equal(at::tensor(std::vector<std::uint8_t>{50, 100, 200})));
  CHECK(data.site_names.empty());
  CHECK(data.test == nullptr);
}

TEST_CASE("images are resized, one in colour makes all of them colour") {
  const Pictures pictures;
  pictures.add("a/1.png", 90, 3, 31, 17);
  pictures.add("b/2.png", 40, 1, 4, 4);
  pictures.add("b/3.jpg", 200, 3);
  const Collection data = pictures.load();
  CHECK(data.shape == InputShape{3, 8, 8});
  CHECK((data.train->inputs[0] == 90).all().item<bool>());
  CHECK((data.train->inputs[1] == 40).all().item<bool>());
  CHECK(data.train->inputs[2].to(at::kFloat).sub(200).abs().max().item<float>() <= 3);  // JPEG rounds
}

TEST_CASE("a table gives sites and splits") {
  const Pictures pictures;
  for (const char* name : {"a/1.png", "a/2.png", "b/3.png", "b/4.png"}) pictures.add(name, 10);
  write_file(pictures.folder / "rows.csv",
             "file,split,site\na/1.png,train,west\nb/3.png,train,east\na/2.png,val,east\nb/4.png,test,west\n");
  const Collection data = pictures.load();
  CHECK(data.site_names == std::vector<std::string>{"east", "west"});
  CHECK(data.train->sites == std::vector<std::int32_t>{1, 0});
  CHECK(data.validation->sites == std::vector<std::int32_t>{0});
  CHECK(data.test->labels.equal(at::tensor({1}, at::kLong)));
}

TEST_CASE("a table that does not fit the images is refused with its line") {
  const Pictures pictures;
  pictures.add("a/1.png", 10);
  pictures.add("b/2.png", 10);
  const auto with_table = [&](const std::string& text) {
    write_file(pictures.folder / "rows.csv", text);
    return pictures.complaint();
  };
  CHECK(contains(with_table("file\na/1.png\n"), "does not list 1 of 2 images"));
  CHECK(contains(with_table("file\na/1.png\nb/9.png\n"), "rows.csv:3: b/9.png is not an image"));
  CHECK(contains(with_table("file\na/1.png\na/1.png\n"),
                 "rows.csv:3: a/1.png is not an image of a class folder, or is listed"));
  CHECK(contains(with_table("file,split\na/1.png,train\nb/2.png,exam\n"), "rows.csv:3: split is \"exam\""));
  CHECK(contains(with_table("file,age\n"), "unknown column \"age\""));
  CHECK(contains(with_table("site\n"), "no column called file"));
  CHECK(contains(with_table("file,site\na/1.png\n"), "rows.csv:2: 1 fields, expected 2"));
  CHECK(contains(with_table("file,site\na/1.png,\nb/2.png,x\n"), "the site is empty"));
  CHECK(contains(with_table("file,split\na/1.png,test\nb/2.png,test\n"), "no image to split train"));
  CHECK(contains(with_table(""), "rows.csv is empty"));
}

TEST_CASE("empty class folders, lone classes and absent folders are errors that name them") {
  const Pictures pictures;
  pictures.add("a/1.png", 10);
  CHECK(contains(pictures.complaint(), "has 1 class folders, needs at least 2"));
  std::filesystem::create_directories(pictures.folder / "empty");
  CHECK(contains(pictures.complaint(), "empty has no PNG or JPEG image"));
  DataConfig config;
  config.dataset = "folder";
  config.path = "nowhere";
  CHECK(contains(error_of([&] { (void)load_collection(config, pictures.folder.paths(), seeds()); }), "nowhere not found"));
  config.path = "";
  CHECK(contains(error_of([&] { (void)load_collection(config, {}, seeds()); }), "needs data.path"));
}

TEST_CASE("a picture that is cut off, or none at all, is named") {
  const Pictures pictures;
  pictures.add("a/1.png", 10);
  pictures.add("b/2.png", 10);
  const std::string whole = file_bytes(pictures.folder / "b/2.png");
  for (const std::size_t length : {std::size_t{0}, std::size_t{10}, std::size_t{40}, whole.size() / 2}) {
    write_file(pictures.folder / "b/2.png", whole.substr(0, length));
    CHECK(contains(pictures.complaint(), "b/2.png"));
  }
  std::string absurd = whole;
  absurd.replace(16, 8, std::string("\0\xff\xff\0\0\xff\xff\0", 8));  // width and height in the PNG's head
  write_file(pictures.folder / "b/2.png", absurd);
  CHECK(contains(pictures.complaint(), "b/2.png"));
}
