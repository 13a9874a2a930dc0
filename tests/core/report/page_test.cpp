#include <cmath>
#include <regex>

#include "core/report/embedded.hpp"
#include "tests/core/report/small_study.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

std::string page_named(const std::string& name) {
  ReportInput input = small_study({{0, 1, 0.9, 0.95, 0.8}});
  input.result.study.name = name;
  return report_page(report_document(input));
}

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t from = text.find(begin) + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

}  // namespace

TEST_CASE("numbers have six significant digits, whole ones no point, unknown ones are null") {
  CHECK(json_number(1.0 / 3).dump() == "0.333333");
  CHECK(json_number(12.0).dump() == "12");
  CHECK(json_number(1234567.0).dump() == "1234570");
  CHECK(json_number(std::nan("")).dump() == "null");
}

TEST_CASE("no name can end the element that it stands in") {
  const std::string hostile = "</script><script>alert(\"1\")</script><!-- {{SCRIPT}} 'quoted'";
  const std::string page = page_named(hostile);
  CHECK(page.find("alert(\"1\")") == std::string::npos);
  CHECK(page.find("<title>&lt;/script&gt;") != std::string::npos);
  const std::string data = between(page, "id=\"data\">", "</script>");
  CHECK(Json::parse(data)["title"] == hostile);
}

TEST_CASE("a name that is not UTF-8 does not stop a report") {
  CHECK(Json::parse(between(page_named("caf\xe9"), "id=\"data\">", "</script>"))["title"] == "caf\ufffd");
}

TEST_CASE("the page is filled and refers to nothing outside of it") {
  const std::string page = page_named("small");
  CHECK(page.find("{{") == std::string::npos);
  CHECK_FALSE(
      std::regex_search(std::string(embedded_html()) + std::string(embedded_style()) + std::string(embedded_script()),
                        std::regex("https?://|//[a-z]+\\.[a-z]+/|@import|url\\(")));
  CHECK(page.find("default-src 'none'") != std::string::npos);
  CHECK(embedded_plotly().substr(0, 2) == "\x1f\x8b");  // gzip's magic number, RFC 1952
}
