// A result made row by row, for tests.
#pragma once

#include <string_view>

#include "core/record/entry.hpp"
#include "core/record/result_data.hpp"

namespace polyclinic {

class ResultBuilder {
 public:
  template <class Row>
  ResultBuilder& add(std::string_view path, const Row& row) {
    record(table_entry(path, columns_of<Row>()));
    record(row_entry(path, encode_row(row)));
    return *this;
  }
  ResultBuilder& text(std::string_view path, std::string_view value) {
    record(text_entry(path, value));
    return *this;
  }
  ResultBuilder& attribute(std::string_view path, std::string_view name, const Attribute& value) {
    record(attribute_entry(path, name, value));
    return *this;
  }
  [[nodiscard]] ResultData result() const { return data_; }

 private:
  void record(const Entry& entry) { apply(data_, entry.kind, entry.payload); }
  ResultData data_;
};

}  // namespace polyclinic
