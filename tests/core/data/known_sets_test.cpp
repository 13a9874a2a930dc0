#include "core/data/known_sets.hpp"

#include <algorithm>
#include <set>

#include "core/data/files.hpp"
#include "core/data/load.hpp"
#include "tests/core/data/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

bool is_md5(const std::string& text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

TEST_CASE("the index names the 12 MedMNIST sets of two dimensions, MNIST and heart, each complete") {
  const std::vector<KnownSet> sets = known_sets();
  CHECK(sets.size() == 14);
  std::set<std::string> sums;
  for (const KnownSet& set : sets) {
    CAPTURE(set.name);
    CHECK(!set.licence.empty());
    CHECK(!set.citation.empty());
    CHECK(set.files.size() == 4);
    CHECK(set.rows.size() >= 3);
    CHECK(set.task.classes >= 2);
    CHECK((set.task.kind == TaskKind::binary) == (set.task.classes == 2));
    for (const KnownFile& file : set.files)
      for (const std::string& md5 : file.md5) {
        CHECK(is_md5(md5));
        CHECK(sums.insert(md5).second);
      }
  }
  CHECK(sums.size() == 12 * 4 + 3 + 4 + 4);  // three organ sets have two releases at 28 pixels
}

// MedMNIST v2's paper counts 708,069 images in its 12 sets of two dimensions. Release 3, whose sizes the index gives, has 20
// fewer in OrganA, 77 in OrganC and 10 in OrganS.
TEST_CASE("the sets' sizes add up to what MedMNIST publishes") {
  std::int64_t images = 0;
  for (const KnownSet& set : known_sets())
    if (set.format == "medmnist") images += set.rows[0] + set.rows[1] + set.rows[2];
  CHECK(images == 708'069 - 20 - 77 - 10);
}

TEST_CASE("names of data sets are unique and include the generic kinds") {
  std::vector<std::string> names = dataset_names();
  for (const char* name : {"pneumoniamnist", "mnist", "heart", "phantom", "npz", "idx", "folder"})
    CHECK(std::count(names.begin(), names.end(), name) == 1);
  CHECK(names.size() == 18);
  DataConfig config;
  config.dataset = "pneumonia";
  CHECK(contains(error_of([&] { (void)load_collection(config, {}, seeds()); }),
                 "data.dataset is \"pneumonia\", allowed are"));
}

// RFC 1321, appendix A.5.
TEST_CASE("MD5 gives the sums of its own test suite") {
  const TemporaryFolder folder;
  write_file(folder / "empty", "");
  write_file(folder / "abc", "abc");
  CHECK(md5_of(folder / "empty") == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(md5_of(folder / "abc") == "900150983cd24fb0d6963f7d28e17f72");
}

TEST_CASE("a known file with another checksum is refused with both sums, under whatever name it is given") {
  const TemporaryFolder folder;
  write_file(folder / "medmnist/breastmnist.npz", "abc");
  DataConfig config;
  config.dataset = "breastmnist";
  const auto complaint = [&] { return error_of([&] { (void)load_collection(config, folder.paths(), seeds()); }); };
  CHECK(contains(complaint(), "900150983cd24fb0d6963f7d28e17f72, expected 750601b1f35ba3300ea97c75c52ff8f6"));
  write_file(folder / "renamed.npz", "abc");
  config.path = "renamed.npz";
  CHECK(contains(complaint(), "expected 750601b1f35ba3300ea97c75c52ff8f6"));
  config.path = (folder / "medmnist").string();
  CHECK(contains(complaint(), "expected 750601b1f35ba3300ea97c75c52ff8f6"));
}

TEST_CASE("an absent file is reported with every place and where to get it") {
  const TemporaryFolder folder;
  DataConfig config;
  config.dataset = "pathmnist";
  const std::string message = error_of([&] { (void)load_collection(config, folder.paths(), seeds()); });
  CHECK(contains(message, "pathmnist.npz not found: looked for"));
  CHECK(contains(message, (folder / "medmnist/pathmnist.npz").string()));
  CHECK(contains(message, "POLYCLINIC_DATA"));
  CHECK(contains(error_of([&] { (void)load_collection(config, {}, seeds()); }), "no data directory was given"));
}
