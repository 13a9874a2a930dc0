#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "core/base/error.hpp"
#include "core/base/named_kind.hpp"
#include "core/base/output_file.hpp"
#include "core/data/known_sets.hpp"
#include "core/scenario/limits.hpp"
#include "core/scenario/nearest.hpp"
#include "core/scenario/write_value.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/help.hpp"
#include "sim/cli/template_texts.hpp"

namespace polyclinic {
namespace {

struct NewArguments {
  std::string name;
  std::string kind = "quickstart";
  std::string dataset;           // medmnist
  std::filesystem::path images;  // images
  std::filesystem::path out;     // empty: NAME.toml
  bool force = false;
};

// `fill` gives the text what its kind needs.
struct Template {
  NamedKind named;
  std::string_view text;
  std::string (*fill)(std::string text, const NewArguments& arguments);
};

// Templates are scenarios themselves, with a word in quotes where something is to be put.
std::string with(std::string text, const std::string& word, const std::string& value) {
  const std::string quoted = "\"" + word + "\"";
  const std::size_t place = text.find(quoted);
  return text.replace(place, quoted.size(), write_value(value));
}

std::string fill_quickstart(std::string text, const NewArguments&) { return text; }

std::string fill_medmnist(std::string text, const NewArguments& arguments) {
  const std::string name = arguments.dataset.empty() ? "pneumoniamnist" : arguments.dataset;
  std::vector<std::string> names;
  for (const KnownSet& set : known_sets()) {
    if (set.format == "medmnist") names.push_back(set.name);
  }
  if (std::ranges::find(names, name) == names.end()) {
    throw UsageError(fmt::format("--dataset {}: is no set of MedMNIST{}; allowed are {}", name, did_you_mean(name, names),
                                 fmt::join(names, ", ")));
  }
  const bool several_labels = find_known_set(name)->task.kind == TaskKind::multi_label;
  return with(with(std::move(text), "DATASET", name), "LOSS", several_labels ? "bce" : "cross_entropy");
}

std::string fill_images(std::string text, const NewArguments& arguments) {
  if (arguments.images.empty()) {
    throw UsageError("--kind images: needs --images DIR, a folder with one sub-folder of PNG or JPEG images a class");
  }
  if (!std::filesystem::is_directory(arguments.images)) {
    throw UsageError(fmt::format("--images {}: is no folder", arguments.images.string()));
  }
  // A path in a scenario starts where its file lies, which need not be here.
  return with(std::move(text), "FOLDER", std::filesystem::canonical(arguments.images).string());
}

const std::vector<Template>& templates() {
  static const std::vector<Template> table = {
      {{"quickstart", "generated images, no data needed"}, quickstart_template, fill_quickstart},
      {{"medmnist", "a set of MedMNIST (--dataset)"}, medmnist_template, fill_medmnist},
      {{"images", "a folder of your own (--images)"}, images_template, fill_images}};
  return table;
}

void check_arguments(const NewArguments& arguments) {
  if (!is_identifier(arguments.name)) {
    throw UsageError(
        fmt::format("NAME is \"{}\", but must be {}, at most 63 of them", arguments.name, describe_text(identifier(), {})));
  }
  if (!arguments.dataset.empty() && arguments.kind != "medmnist") {
    throw UsageError(fmt::format("--dataset {}: needs --kind medmnist", arguments.dataset));
  }
  if (!arguments.images.empty() && arguments.kind != "images") {
    throw UsageError(fmt::format("--images {}: needs --kind images", arguments.images.string()));
  }
}

int new_command(const NewArguments& arguments) {
  check_arguments(arguments);
  const Template chosen = find_kind(templates(), "--kind", arguments.kind);
  const std::filesystem::path file =
      arguments.out.empty() ? std::filesystem::path(arguments.name + ".toml") : arguments.out;
  if (std::filesystem::exists(file) && !arguments.force) {
    throw UsageError(fmt::format("{} exists: --force replaces it, --out FILE writes elsewhere", file.string()));
  }
  const std::string text = chosen.fill(with(std::string(chosen.text), "NAME", arguments.name), arguments);
  replace_file(file, view_of(text));
  fmt::print("wrote {}\nnext: polyclinic check {}\n", file.string(), file.string());
  return 0;
}

}  // namespace

void add_new(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("new",
                                         "write a scenario to start from\n"
                                         "A short file with a comment on every line that matters, ready to run and "
                                         "to be changed. Nothing that exists is overwritten without --force.");
  const auto arguments = std::make_shared<NewArguments>();
  std::vector<std::string> kinds;
  for (const NamedKind& kind : named_kinds(templates())) kinds.push_back(kind.name);
  command->add_option("name", arguments->name, "of the scenario; the file is NAME.toml unless --out says otherwise")
      ->required()
      ->type_name("NAME");
  command
      ->add_option("--kind", arguments->kind,
                   "generated images (quickstart), a set of MedMNIST, or a folder of images of your own")
      ->check(CLI::IsMember(kinds))
      ->capture_default_str();
  command->add_option("--dataset", arguments->dataset, "which set of MedMNIST (default: pneumoniamnist)")->type_name("SET");
  command->add_option("--images", arguments->images, "folder with one sub-folder of PNG or JPEG images a class")
      ->type_name("DIR");
  command->add_option("--out", arguments->out, "the file to write")->type_name("FILE.toml");
  command->add_flag("--force", arguments->force, "replace a file that exists");
  add_examples(*command, {{"generated images, to try things", "polyclinic new trial"},
                          {"dermatoscopy", "polyclinic new skin --kind medmnist --dataset dermamnist"},
                          {"images of your own", "polyclinic new ours --kind images --images /data/scans"}});
  command->callback([arguments, &status] { status = new_command(*arguments); });
}

}  // namespace polyclinic
