/// The executions of a search one by one, in all that can be seen of them, with states kept or each
/// from its beginning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/execution.hpp"
#include "sim/explore/search.hpp"
#include "sim/model.hpp"

namespace testing {

/// Another model, which counts how often it is built, and whose states are kept or not.
class CountedModel final : public sim::Model {
 public:
  CountedModel(sim::Model& model, bool keeps) : model_(model), keeps_(keeps) {}

  void build(sim::Execution& execution) override {
    ++built_;
    model_.build(execution);
  }
  void start(sim::Execution& execution) override { model_.start(execution); }
  void finish(sim::Execution& execution) override { model_.finish(execution); }
  void judge(sim::Execution& execution) override { model_.judge(execution); }
  bool lives_in_arena() const override { return keeps_; }
  std::uint64_t final_state() const override { return model_.final_state(); }

  std::uint64_t built() const { return built_; }

 private:
  sim::Model& model_;
  bool keeps_;
  std::uint64_t built_ = 0;
};

struct ExecutionsSeen {
  std::vector<std::string> executions;
  std::uint64_t built = 0;  ///< times that the model was
};

/// At most `most` executions.
ExecutionsSeen executions_seen(sim::Model& model, sim::Search& search, bool keeps, std::size_t most,
                               const sim::ExecutionOptions& options = {});

}  // namespace testing
