// The processed.*.data files of the UCI heart-disease collection: 14 comma-separated numbers a row, ? where one is missing:
// age, sex, cp, trestbps, chol, fbs, restecg, thalach, exang, oldpeak, slope, ca, thal, num. As FLamby prepares them
// (fed_heart_disease/dataset.py): slope, ca and thal are dropped, then every row with a missing value; num > 0 is disease;
// chest pain (cp) and resting ECG become one column for each value but the first, after the other columns.
#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>

#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/data/files.hpp"
#include "core/data/loaders.hpp"
#include "core/data/table.hpp"

namespace polyclinic {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> hospitals = {"cleveland", "hungarian", "switzerland", "va"};
constexpr std::array<std::string_view, 14> columns = {"age",     "sex",   "cp",      "trestbps", "chol", "fbs",  "restecg",
                                                      "thalach", "exang", "oldpeak", "slope",    "ca",   "thal", "num"};
constexpr std::array<std::size_t, 8> numeric = {0, 1, 3, 4, 5, 7, 8, 9};
constexpr std::size_t chest_pain = 2;   // 1 to 4
constexpr std::size_t resting_ecg = 6;  // 0 to 2
constexpr std::size_t severity = 13;    // 0 to 4
constexpr std::int64_t features = 13;

struct Patient {
  std::array<float, features> values{};
  std::int64_t label = 0;
};

using Fields = std::array<double, columns.size()>;

double number(const std::string& text, const std::string& where, std::string_view column) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  require(error == std::errc() && end == text.data() + text.size() && std::isfinite(value),
          "{}: {} is \"{}\", expected a number or ?", where, column, text);
  return value;
}

// One of `low` to `high`, in whole numbers.
void check_whole(double value, int low, int high, const std::string& where, std::string_view column) {
  require(value == std::floor(value) && value >= low && value <= high, "{}: {} is {}, expected {} to {}", where, column,
          value, low, high);
}

// Nothing where a column that is kept has no value.
std::optional<Fields> complete_fields(const TableRow& row, const std::string& where) {
  require(row.fields.size() == columns.size(), "{}: {} fields, expected {}", where, row.fields.size(), columns.size());
  Fields fields{};
  bool complete = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool missing = row.fields[i] == "?";
    const bool dropped = i > 9 && i < severity;
    fields[i] = missing ? 0.0 : number(row.fields[i], where, columns[i]);
    complete = complete && (dropped || !missing);
  }
  return complete ? std::optional(fields) : std::nullopt;
}

Patient patient_of(const Fields& fields, const std::string& where) {
  check_whole(fields[chest_pain], 1, 4, where, columns[chest_pain]);
  check_whole(fields[resting_ecg], 0, 2, where, columns[resting_ecg]);
  check_whole(fields[severity], 0, 4, where, columns[severity]);
  Patient patient;
  std::size_t next = 0;
  for (const std::size_t column : numeric) patient.values[next++] = static_cast<float>(fields[column]);
  for (const double kind : {2.0, 3.0, 4.0}) patient.values[next++] = fields[chest_pain] == kind ? 1.0F : 0.0F;
  for (const double kind : {1.0, 2.0}) patient.values[next++] = fields[resting_ecg] == kind ? 1.0F : 0.0F;
  patient.label = fields[severity] > 0.0 ? 1 : 0;
  return patient;
}

std::vector<Patient> read_hospital(const fs::path& file) {
  std::vector<Patient> patients;
  for (const TableRow& row : read_table(file)) {
    const std::string where = fmt::format("{}:{}", file.string(), row.line);
    const auto fields = complete_fields(row, where);
    if (fields) patients.push_back(patient_of(*fields, where));
  }
  require(!patients.empty(), "{} has no row without a missing value", file.string());
  return patients;
}

Dataset dataset_of(const std::vector<std::vector<Patient>>& by_hospital) {
  std::vector<float> values;
  std::vector<std::int64_t> labels;
  std::vector<std::int32_t> sites;
  for (std::size_t site = 0; site < by_hospital.size(); ++site) {
    for (const Patient& patient : by_hospital[site]) {
      values.insert(values.end(), patient.values.begin(), patient.values.end());
      labels.push_back(patient.label);
      sites.push_back(static_cast<std::int32_t>(site));
    }
  }
  const auto rows = static_cast<std::int64_t>(labels.size());
  return {at::tensor(values).view({rows, features}), at::tensor(labels), sites};
}

}  // namespace

Collection load_heart(const LoadRequest& request) {
  const KnownSet known = request.known.value();
  Collection collection;
  std::vector<std::vector<Patient>> by_hospital;
  for (const std::string_view hospital : hospitals) {
    const fs::path file =
        find_known(known, {fmt::format("processed.{}.data", hospital)}, request.config.path, request.paths);
    by_hospital.push_back(read_hospital(file));
    collection.source = file.parent_path().string();
    collection.site_names.emplace_back(hospital);
  }
  collection.name = known.name;
  collection.task = known.task;
  collection.shape = {features, 1, 1};
  collection.train = std::make_shared<const Dataset>(dataset_of(by_hospital));
  collection.normalization = column_normalization(collection.train->inputs);
  return collection;
}

}  // namespace polyclinic
