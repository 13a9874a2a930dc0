// record_endlessly FILE.h5 ACKNOWLEDGED: records rows until it is killed, and after each add() overwrites the file ACKNOWLEDGED
// with the number of rows so far (8 bytes). The result file is replaced all the time, so that kills hit that too.
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>

#include "core/record/recorder.hpp"
#include "core/record/rows.hpp"

int main(int count, char** words) {
  if (count != 3) return 2;
  const int acknowledged = ::open(words[2], O_WRONLY | O_CREAT | O_TRUNC, 0666);
  polyclinic::Recorder recorder(words[1], false, {.first_s = 0, .pause_s = 0, .pause_per_writing = 1});
  for (std::int64_t i = 0;;) {
    recorder.add("/events", polyclinic::EventRow{static_cast<double>(i), "north", "step", "", std::to_string(i * i), i});
    ++i;
    if (::pwrite(acknowledged, &i, sizeof i, 0) != sizeof i) return 1;
  }
}
