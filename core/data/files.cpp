#include "core/data/files.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <memory>

#include "core/base/error.hpp"

namespace polyclinic {
namespace {

namespace fs = std::filesystem;

std::string joined(const std::vector<std::string>& items, const char* separator) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : separator) + item;
  return text;
}

// Without an exception: a folder that may not be entered counts as one without the file.
bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

void check_md5(const KnownFile& known, const fs::path& file) {
  if (known.md5.empty()) return;
  const std::string found = md5_of(file);
  require(std::find(known.md5.begin(), known.md5.end(), found) != known.md5.end(),
          "{} is not the official file: its MD5 is {}, expected {} (damaged or incomplete download?)", file.string(), found,
          joined(known.md5, " or "));
}

std::vector<fs::path> candidates_of(const KnownSet& set, const std::vector<std::string>& names, const std::string& path) {
  std::vector<fs::path> candidates;
  for (const std::string& name : names) {
    if (!path.empty()) {
      candidates.push_back(fs::path(path) / name);
      continue;
    }
    candidates.insert(candidates.end(), {fs::path(set.folder) / name, fs::path(set.name) / name, fs::path(name)});
  }
  if (!path.empty() && names.size() == 1) candidates.emplace_back(path);
  return candidates;
}

}  // namespace

fs::path find_data(const std::vector<fs::path>& candidates, const DataPaths& paths, const std::string& hint) {
  std::vector<std::string> tried;
  for (const fs::path& folder : paths.folders) {
    for (const fs::path& candidate : candidates) {
      const fs::path place = folder / candidate;  // an absolute candidate replaces the folder
      if (is_there(place)) return place;
      if (std::find(tried.begin(), tried.end(), place.string()) == tried.end()) tried.push_back(place.string());
    }
  }
  const std::string places = tried.empty() ? "no data directory was given" : "looked for " + joined(tried, ", ");
  fail("{} not found: {}{}", candidates.front().filename().string(), places, hint);
}

fs::path find_given(const std::string& path, const DataPaths& paths) {
  if (fs::path(path).is_absolute()) {
    require(is_there(path), "data.path: {} does not exist", path);
    return path;
  }
  return find_data({path}, paths, " (data.path; relative paths start at the scenario's folder or a data directory)");
}

fs::path find_known(const KnownSet& set, const std::vector<std::string>& names, const std::string& path,
                    const DataPaths& paths) {
  DataPaths places = paths;
  if (fs::path(path).is_absolute()) places.folders = {"/"};
  const std::string hint = fmt::format("; get it from {} and give its folder as --data or POLYCLINIC_DATA", set.url);
  std::vector<fs::path> candidates = candidates_of(set, names, path);
  const fs::path file = find_data(candidates, places, hint);
  require(!fs::is_directory(file), "{} is a folder without {}", file.string(), names.front());
  const std::string found = file.filename().string();
  const bool renamed = std::find(names.begin(), names.end(), found) == names.end();
  const auto known = find_known_file(set, renamed ? names.front() : found);
  if (known) check_md5(*known, file);
  return file;
}

std::string md5_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  require(in.good(), "{} cannot be read", file.string());
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  require(EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr) == 1, "MD5 is not available in this OpenSSL");
  std::vector<char> buffer(1U << 20U);
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), in.gcount() > 0)
    EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(in.gcount()));
  std::array<unsigned char, 16> sum{};
  EVP_DigestFinal_ex(context.get(), sum.data(), nullptr);
  std::string text;
  for (const unsigned char byte : sum) text += fmt::format("{:02x}", byte);
  return text;
}

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  require(in.good() && !fs::is_directory(file), "{} cannot be read", file.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace polyclinic
