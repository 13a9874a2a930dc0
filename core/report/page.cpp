#include <sodium.h>

#include <map>
#include <string_view>

#include "core/report/embedded.hpp"
#include "core/report/report.hpp"

namespace polyclinic {

namespace {

std::string base64(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminating zero
  return text;
}

std::string html_text(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    switch (letter) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += letter;
    }
  }
  return escaped;
}

// In one pass, so that what is filled in may itself look like a placeholder.
std::string filled(std::string_view page, const std::map<std::string_view, std::string>& values) {
  std::string text;
  while (true) {
    const std::size_t begin = page.find("{{"), end = page.find("}}", begin);
    text += page.substr(0, begin);
    if (begin == std::string_view::npos) return text;
    text += values.at(page.substr(begin + 2, end - begin - 2));
    page.remove_prefix(end + 2);
  }
}

}  // namespace

std::string report_page(const Json& document) {
  return filled(embedded_html(), {{"TITLE", html_text(document.at("title").get<std::string>())},
                                  {"STYLE", std::string(embedded_style())},
                                  {"DATA", script_text(document)},
                                  {"PLOTLY", base64(embedded_plotly())},
                                  {"SCRIPT", std::string(embedded_script())}});
}

}  // namespace polyclinic
