// A folder with a scenario of one chain and one of two, and studies of them as text.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/study/study.hpp"

namespace polyclinic::testing {

class StudyFiles {
 public:
  StudyFiles() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    write("one.toml", scenario + chain("first"));
    write("two.toml", scenario + chain("first") + chain("second"));
  }
  ~StudyFiles() { std::filesystem::remove_all(folder_); }
  StudyFiles(const StudyFiles&) = delete;
  StudyFiles& operator=(const StudyFiles&) = delete;

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  // Its first four lines, and then `rest`.
  [[nodiscard]] Study load(const std::string& rest, const std::string& of = "one.toml") const {
    return load_study(write("study.toml", head(of) + rest), {.sharing_steps = {"full", "layers", "top_k"}});
  }
  // What load() complains of, without the folder; empty: nothing.
  [[nodiscard]] std::string complaint(const std::string& rest, const std::string& of = "one.toml") const {
    return complaint_about_text(head(of) + rest);
  }
  [[nodiscard]] std::string complaint_about_text(const std::string& text) const {
    try {
      static_cast<void>(load_study(write("study.toml", text), {.sharing_steps = {"full", "layers", "top_k"}}));
      return "";
    } catch (const UsageError& error) {
      return without_folder(error.what());
    }
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  inline static const std::string scenario = "schema = 1\nname = \"small\"\n[[institution]]\nname = \"clinic\"\ncount = 3\n";
  static std::string chain(const std::string& name) { return "[[chain]]\nname = \"" + name + "\"\nrounds = 4\n"; }

 private:
  static std::string head(const std::string& of) {
    return "schema = 1\nname = \"trial\"\nscenario = \"" + of + "\"\nseeds = [1, 2]\n";
  }
  [[nodiscard]] std::string without_folder(std::string text) const {
    const std::string part = folder_.string() + "/";
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part)) text.erase(at, part.size());
    return text;
  }

  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("polyclinic_study_files_" + std::to_string(::getpid()));
};

inline std::vector<std::string> point_names(const Study& study) {
  std::vector<std::string> names;
  for (const StudyPoint& point : study.points) names.push_back(point.name);
  return names;
}

}  // namespace polyclinic::testing
