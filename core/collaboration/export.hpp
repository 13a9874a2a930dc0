// Final models and their predictions, into the result file.
#pragma once

#include <string>

#include "core/collaboration/chain_learning.hpp"
#include "core/record/recorder.hpp"

namespace polyclinic {

// One array a tensor under `folder`, named and shaped as in PyTorch's state_dict.
void export_model(Recorder& recorder, const std::string& folder, const ParameterSet& parameters);

// Probabilities (rows, outputs) on the chain's global test rows, under /predictions/CHAIN/`name`.
void export_predictions(Recorder& recorder, const ChainPlan& plan, const std::string& name,
                        const ParameterSet& parameters, const Pool& pool);

// The labels that those predictions are to be compared with, under /predictions/CHAIN/labels.
void export_labels(Recorder& recorder, const ChainPlan& plan);

// The centralized baseline's model, beside the chain's own.
void export_centralized(Recorder& recorder, const ChainPlan& plan, const RecordConfig& config,
                        const ParameterSet& parameters, const Pool& pool);

// What the chain learned: the global model, and every member's own where that is another one. In gossip mode "global" is the
// plain mean of the members' models, the output of D-PSGD (Lian et al. 2017, algorithm 1).
void export_learning(Recorder& recorder, const ChainLearning& learning, const RecordConfig& config, const Pool& pool);

}  // namespace polyclinic
