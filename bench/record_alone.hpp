/// What an execution of P5 leaves in its record, written without running it: at most this is what
/// recording costs (G5), for in an execution it hides behind the misprediction of the hand-over.
#pragma once

#include "bench/rounds.hpp"
#include "sim/record.hpp"

namespace bench {

class RecordAlone final : public Workload {
 public:
  RecordAlone();
  std::string_view name() const override { return "the record of P5's steps, written alone"; }
  std::uint64_t run() override;

 private:
  sim::Record written_;  ///< by one execution
  sim::Record record_;
};

}  // namespace bench
