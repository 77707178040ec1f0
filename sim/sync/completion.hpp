/// struct completion.
#pragma once

#include "sim/object.hpp"
#include "sim/obligation.hpp"

namespace sim {

class completion final : public Object {
 public:
  explicit completion(const ObjectName& name, const Obligation* owed = nullptr)
      : Object(name, sizeof(completion)), owed_(owed) {}

  void complete();
  void wait_for_completion();

  bool can_proceed(const Task& task, const Operation& op) const override;
  TaskMask providers(const Task& task, const Operation& op) const override;

 private:
  const Obligation* owed_;  ///< the work after which somebody calls `complete`
  bool done_ = false;
};

}  // namespace sim
