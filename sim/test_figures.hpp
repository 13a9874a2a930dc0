// From measurements on the global test rows to the columns that every table of rounds has for them.
#pragma once

#include "core/learning/evaluation.hpp"

namespace polyclinic {

template <class Row>
void set_test_figures(Row& row, const Metrics& test) {
  row.test_loss = test.loss;
  row.test_accuracy = test.accuracy;
  row.test_auc = test.auc;
  row.test_f1 = test.f1;
}

}  // namespace polyclinic
