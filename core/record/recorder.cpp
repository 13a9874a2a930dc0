#include "core/record/recorder.hpp"

#include <algorithm>
#include <chrono>

#include "core/record/fingerprint.hpp"
#include "core/record/hdf5_file.hpp"
#include "core/record/journal.hpp"

namespace polyclinic {

namespace {

using Clock = std::chrono::steady_clock;

Clock::duration duration_of(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

double seconds_of(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

class Stopwatch {
 public:
  explicit Stopwatch(Clock::duration& total) : total_(total) {}
  ~Stopwatch() { total_ += Clock::now() - start_; }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  Clock::duration& total_;
  Clock::time_point start_ = Clock::now();
};

void refuse_existing(const std::filesystem::path& file) {
  const std::filesystem::path journal = journal_path(file);
  if (std::filesystem::exists(journal)) {
    throw UsageError(fmt::format("{0}: the journal of {1} lies here: {2}; see its result with `polyclinic show {1}`, or "
                                 "overwrite both with --force",
                                 journal.string(), file.string(),
                                 is_locked(journal) ? "another run is writing it right now" : "an earlier run was killed"));
  }
  if (std::filesystem::exists(file)) {
    throw UsageError(fmt::format("{}: the file exists; choose another with --out, or overwrite it with --force", file.string()));
  }
}

const std::filesystem::path& checked_target(const std::filesystem::path& file, bool force) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  require(std::filesystem::is_directory(folder), "{}: there is no folder {}", file.string(), folder.string());
  require(!std::filesystem::is_directory(file), "{}: this is a folder, not a file", file.string());
  if (!force) refuse_existing(file);
  return file;
}

}  // namespace

class Recorder::Implementation {
 public:
  // The order matters to whoever reads after a kill in between: an empty journal counts for nothing, so the old file stands
  // until the new one has replaced it, and only then the journal begins.
  Implementation(std::filesystem::path file, bool force, RecordingPace pace)
      : file_(std::move(file)), pace_(pace), journal_(journal_path(checked_target(file_, force))) {
    const std::vector<Entry> start = {
        attribute_entry("/", "format", "polyclinic"), attribute_entry("/", "schema_version", std::int64_t{1}),
        attribute_entry("/", "complete", std::int64_t{0}), attribute_entry("/", "program_version", POLYCLINIC_VERSION)};
    for (const Entry& entry : start) apply(data_, entry.kind, entry.payload);
    try {
      write_hdf5(file_, data_);
      journal_.begin();
      for (const Entry& entry : start) journal_.append(entry);
    } catch (const Error&) {
      journal_.remove();
      throw;
    }
  }

  ~Implementation() {
    if (finished_) return;
    try {
      mark_incomplete();
      write_hdf5(file_, data_);
      journal_.remove();
    } catch (const std::exception&) {  // the journal stays: nothing is lost, and the error that led here matters more
    }
  }

  void record(const Entry& entry) {
    const Stopwatch stopwatch(spent_);
    apply(data_, entry.kind, entry.payload);  // first: what it refuses may not enter the journal either
    journal_.append(entry);
    if (Clock::now() >= next_replacement_) replace();
  }

  void create(std::string_view path, const std::vector<ColumnSpec>& columns) {
    if (!data_.tables.contains(path)) record(table_entry(path, columns));
  }

  void finish() {
    const Stopwatch stopwatch(spent_);
    auto& root = data_.attributes["/"];
    root["fingerprint"] = polyclinic::fingerprint(data_).hex();
    root["leakage_fingerprint"] = polyclinic::leakage_fingerprint(data_).hex();
    root["complete"] = std::int64_t{1};
    write_hdf5(file_, data_);
    journal_.remove();
    finished_ = true;
  }

  [[nodiscard]] const ResultData& data() const { return data_; }
  [[nodiscard]] double seconds() const { return seconds_of(spent_); }

 private:
  void replace() {
    const Clock::time_point start = Clock::now();
    write_hdf5(file_, data_);
    const Clock::time_point end = Clock::now();
    next_replacement_ = end + duration_of(std::max(pace_.pause_s, seconds_of(end - start) * pace_.pause_per_writing));
  }

  void mark_incomplete() {
    auto& root = data_.attributes["/"];
    root["complete"] = std::int64_t{0};
    root.erase("fingerprint");
    root.erase("leakage_fingerprint");
  }

  std::filesystem::path file_;
  RecordingPace pace_;
  Journal journal_;
  ResultData data_;
  Clock::time_point next_replacement_ = Clock::now() + duration_of(pace_.first_s);
  Clock::duration spent_{};
  bool finished_ = false;
};

Recorder::Recorder(std::filesystem::path file, bool force, RecordingPace pace)
    : implementation_(std::make_unique<Implementation>(std::move(file), force, pace)) {}
Recorder::~Recorder() = default;

void Recorder::append(std::string_view path, const std::vector<ColumnSpec>& columns, ByteView row) {
  implementation_->create(path, columns);
  implementation_->record(row_entry(path, row));
}

void Recorder::create(std::string_view path, const std::vector<ColumnSpec>& columns) { implementation_->create(path, columns); }

void Recorder::attribute(std::string_view path, std::string_view name, const Attribute& value) {
  implementation_->record(attribute_entry(path, name, value));
}

void Recorder::text(std::string_view path, std::string_view value) { implementation_->record(text_entry(path, value)); }

void Recorder::array(std::string_view path, ArrayValues values, const std::vector<std::int64_t>& shape) {
  implementation_->record(array_entry(path, values, shape));
}

void Recorder::finish() { implementation_->finish(); }
Digest Recorder::fingerprint() const { return polyclinic::fingerprint(implementation_->data()); }
double Recorder::seconds() const { return implementation_->seconds(); }
const ResultData& Recorder::data() const { return implementation_->data(); }

}  // namespace polyclinic
