#include "core/record/hdf5_file.hpp"

#include <cstdlib>
#include <fstream>

#include "core/record/entry.hpp"
#include "core/record/fingerprint.hpp"
#include "core/base/output_file.hpp"
#include "core/record/rows.hpp"
#include "tests/core/record/support.hpp"
#include "tests/support/check.hpp"

using namespace polyclinic;

namespace {

ResultData small_result() {
  ResultData data;
  const auto record = [&](const Entry& entry) { apply(data, entry.kind, entry.payload); };
  record(attribute_entry("/", "format", "polyclinic"));
  record(attribute_entry("/", "schema_version", std::int64_t{1}));
  record(attribute_entry("/", "name", "Ärzte"));
  record(attribute_entry("/chains/north", "empty", ""));
  record(table_entry("/events", columns_of<EventRow>()));
  for (int i = 0; i < 5000; ++i) {
    record(row_entry("/events", encode_row(EventRow{0.5 * i, "north", "kind", std::string(static_cast<std::size_t>(i % 50), 'c'), "Ä", i})));
  }
  record(text_entry("/scenario", std::string(100'000, 's')));
  const std::vector<double> values = {0.5, -1.5};
  record(array_entry("/predictions/north/scores", std::span(values), {2, 1}));
  return data;
}

void write_bytes(const std::filesystem::path& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

bool system_python_has_h5py() { return std::system("/usr/bin/python3 -c 'import h5py' 2>/dev/null") == 0; }

}  // namespace

TEST_CASE("a result reads back equal, fingerprint included, and equal results make equal files") {
  const Folder folder;
  const ResultData data = small_result();
  write_hdf5(folder / "a.h5", data);
  write_hdf5(folder / "b.h5", data);
  CHECK(read_hdf5(folder / "a.h5") == data);
  CHECK(fingerprint(read_hdf5(folder / "a.h5")) == fingerprint(data));
  CHECK(read_file(folder / "a.h5") == read_file(folder / "b.h5"));
}

TEST_CASE("h5py sees the types, units and texts that the documentation promises") {
  if (!system_python_has_h5py()) {
    MESSAGE("skipped: the system's python3 has no h5py");
    return;
  }
  const Folder folder;
  write_hdf5(folder / "a.h5", small_result());
  std::ofstream(folder / "check.py") << R"(
import h5py, numpy, sys
f = h5py.File(sys.argv[1])
assert f.attrs["name"] == "Ärzte" and f.attrs["schema_version"] == 1 and f["chains/north"].attrs["empty"] == ""
events = f["events"]
assert events.chunks and len(events) == 5000 and list(events.attrs["units"]) == ["s", "", "", "", "", "", "1", "1"]
assert events.dtype["sim_time_s"] == "<f8" and events.dtype["institution"] == "<i8"
assert events.dtype["cause"] == "S49" and events["detail"][7].decode() == "Ä" and events["cause"][52] == b"cc"
assert f["scenario"].asstr()[()] == "s" * 100000
assert f["predictions/north/scores"][:].tolist() == [[0.5], [-1.5]]
)";
  CHECK(std::system(fmt::format("/usr/bin/python3 {} {}", (folder / "check.py").string(), (folder / "a.h5").string()).c_str()) == 0);
}

TEST_CASE("a file may link others, which need not be there, and may have a format of its own") {
  const Folder folder;
  std::filesystem::create_directory(folder / "runs");
  write_hdf5(folder / "runs" / "a=0.1.h5", small_result());
  ResultData study;
  study.attributes["/"] = {{"format", std::string(study_format)}, {"schema_version", std::int64_t{1}}};
  study.links = {{"/files/a=0.1", "runs/a=0.1.h5"}, {"/files/gone", "runs/gone.h5"}};
  write_hdf5(folder / "study.h5", study);
  CHECK(read_hdf5(folder / "study.h5", study_format) == study);
  CHECK_THROWS_WITH_AS((void)read_hdf5(folder / "study.h5"),
                       doctest::Contains("its format is \"polyclinic-study\", where \"polyclinic\" is expected"), Error);
  if (!system_python_has_h5py()) return;
  std::ofstream(folder / "check.py") << "import h5py, sys\n"
                                        "study = h5py.File(sys.argv[1])\n"
                                        "assert len(study['files/a=0.1/events']) == 5000 and study.get('files/gone') is None\n";
  CHECK(std::system(fmt::format("/usr/bin/python3 {} {}", (folder / "check.py").string(), (folder / "study.h5").string()).c_str()) == 0);
}

TEST_CASE("a file cut off anywhere is an error that names it") {
  const Folder folder;
  write_hdf5(folder / "whole.h5", small_result());
  const Bytes whole = read_file(folder / "whole.h5");
  for (std::size_t part = 0; part < 40; ++part) {
    write_bytes(folder / "cut.h5", ByteView(whole).first(whole.size() * part / 40));
    CHECK_THROWS_WITH_AS((void)read_hdf5(folder / "cut.h5"), doctest::Contains("cut.h5: "), Error);
  }
}

TEST_CASE("what is no result of this program is refused with a reason") {
  const Folder folder;
  CHECK_THROWS_WITH_AS((void)read_hdf5(folder / "none.h5"), doctest::Contains("none.h5: there is no such file"), Error);
  write_hdf5(folder / "foreign.h5", {});
  CHECK_THROWS_WITH_AS((void)read_hdf5(folder / "foreign.h5"), doctest::Contains("not a result of polyclinic"), Error);
  ResultData later = small_result();
  later.attributes["/"]["schema_version"] = std::int64_t{2};
  write_hdf5(folder / "later.h5", later);
  CHECK_THROWS_WITH_AS((void)read_hdf5(folder / "later.h5"), doctest::Contains("schema version is 2, this program reads 1"), Error);
  std::ofstream(folder / "text.h5") << "round,accuracy\n";
  CHECK_THROWS_WITH_AS((void)read_hdf5(folder / "text.h5"), doctest::Contains("text.h5: cannot open it as HDF5"), Error);
  CHECK_THROWS_AS((void)read_hdf5(folder / ""), Error);
}

TEST_CASE("where a file cannot be written, the old one stays") {
  const Folder folder;
  const ResultData data = small_result();
  CHECK_THROWS_WITH_AS(write_hdf5(folder / "no" / "a.h5", data), doctest::Contains("a.h5.partial: cannot create the file"), Error);
  write_hdf5(folder / "a.h5", data);
  std::filesystem::create_directory(folder / "a.h5.partial");
  CHECK_THROWS_AS(write_hdf5(folder / "a.h5", {}), Error);
  CHECK(read_hdf5(folder / "a.h5") == data);
}
