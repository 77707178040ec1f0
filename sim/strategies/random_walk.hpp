/// Random walk: at each scheduling point every enabled task is equally likely, and so is every
/// value of a choice. Guarantee: none beyond p(execution) = product of 1/|enabled|. Execution K of
/// seed S can be run again alone.
#pragma once

#include "sim/explore/search.hpp"
#include "sim/random.hpp"

namespace sim {

class RandomWalk final : public Search {
 public:
  /// Executions `first` to `first + runs` of `seed`.
  RandomWalk(std::uint64_t seed, std::uint64_t first, std::uint64_t runs)
      : seed_(seed), number_(first), last_(first + runs), random_(seed, first) {}

  void begin(const Execution&) override { random_ = Random(seed_, number_); }
  TaskId next_task(const Execution& execution) override;
  std::uint32_t choose(const Execution&, const char*, std::uint32_t options) override {
    return random_.below(options);
  }
  bool advance() override { return ++number_ < last_; }
  bool complete() const override { return false; }

  std::uint64_t number() const { return number_; }

 private:
  std::uint64_t seed_;
  std::uint64_t number_;
  std::uint64_t last_;
  Random random_;
};

}  // namespace sim
