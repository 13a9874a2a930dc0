#include "core/scenario/document.hpp"

#include "core/base/error.hpp"
#include "tests/support/check.hpp"

namespace polyclinic {
namespace {

const char* const text = "a = 1\n\n[t]\nb = 2\n[[list]]\nname = \"one\"\n[[list]]\nname = \"two\"\n  c = [1,\n 2]\n";

TEST_CASE("a document knows the line of every value") {
  const Document document(text, "d.toml", {});
  CHECK(document.where("a") == "d.toml:1");
  CHECK(document.where("t") == "d.toml:3");
  CHECK(document.where("t.b") == "d.toml:4");
  CHECK(document.where("list.1") == "d.toml:7");
  CHECK(document.where("list.two.c.1") == "d.toml:10");
}

TEST_CASE("what is not written is where its table is") {
  const Document document(text, "d.toml", {});
  CHECK(document.where("") == "d.toml");
  CHECK(document.where("nowhere") == "d.toml");
  CHECK(document.where("t.missing") == "d.toml:3");
  CHECK(document.where("list.1.x.y") == "d.toml:7");
}

TEST_CASE("what an override gave is there") {
  const Document document(text, "d.toml", {"t.b=3", "list.0.z=5"});
  CHECK(document.where("t.b") == "--set t.b=3");
  CHECK(document.where("list.0.z") == "--set list.0.z=5");
  CHECK(document.where("list.0.name") == "d.toml:6");
}

TEST_CASE("text that is no TOML is an error with its line") {
  CHECK_THROWS_WITH_AS(Document("a = 1\na = 2\n", "d.toml", {}), doctest::Contains("d.toml:2: "), UsageError);
  CHECK_THROWS_WITH_AS(Document("a = \n", "d.toml", {}), doctest::Contains("d.toml:1: "), UsageError);
  CHECK_THROWS_WITH_AS(Document("a = \"\xff\"", "d.toml", {}), doctest::Contains("d.toml:1: "), UsageError);
}

TEST_CASE("long values are cut short in messages") {
  const Document document("a = \"" + std::string(500, 'x') + "\"", "d.toml", {});
  CHECK(text_of(*document.root().get("a")).size() < 100);
}

TEST_CASE("a value's text reads back as the same value, and gives the same text again") {
  for (const std::string value : {"1", "1.0", "1e-07", "0.1", "inf", "true", "\"a \\\"b\\\"\"", "[1, [2.5, 3]]", "[]",
                                  "{ \"a.b\" = 0.1, c = { d = [\"x\"] } }", "{}", "1979-05-27"}) {
    const Document document("v = " + value, "d.toml", {});
    CHECK(toml_of(*document.root().get("v")) == value);
  }
}

TEST_CASE("a node of the tree knows its line") {
  const Document document(text, "d.toml", {});
  CHECK(document.where(*document.root()["list"][1]["c"].node()) == "d.toml:9");
  CHECK_THROWS_WITH_AS(document.reject(*document.root().get("a"), "is odd"), "d.toml:1: is odd", UsageError);
}

TEST_CASE("a file that is missing, empty or a folder is an error that says what was wanted") {
  CHECK_THROWS_WITH_AS(read_text("/nonexistent/x.toml", "study"), "/nonexistent/x.toml: cannot be read as a study file",
                       UsageError);
  CHECK_THROWS_AS(read_text("/", "study"), UsageError);
  CHECK_THROWS_AS(read_text("/dev/null", "study"), UsageError);
}

}  // namespace
}  // namespace polyclinic
