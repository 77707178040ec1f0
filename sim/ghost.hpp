/// State that is no part of the modelled kernel: amounts on their way, kept for invariants, and who
/// owes work, kept for explanations. No access of it is an access of the kernel's, so no search
/// orders tasks by it. A task may change it and must not go by it: the audit names one that looks,
/// unless it is Observing.
#pragma once

#include <utility>

#include "sim/cell.hpp"

namespace sim {

template <class T>
class Ghost {
 public:
  template <class... Args>
  explicit Ghost(const char* field, Args&&... args)
      : field_(field), value_(std::forward<Args>(args)...) {
    if (detail::in_progress != nullptr) current().audit_exempt(this, sizeof *this);
  }
  Ghost(const Ghost&) = delete;
  Ghost& operator=(const Ghost&) = delete;

  T& change() { return value_; }
  const T& peek() const {
    detail::audit_peek(field_);
    return value_;
  }

  Ghost& operator=(T value) {
    value_ = std::move(value);
    return *this;
  }
  Ghost& operator+=(const T& amount) {
    value_ += amount;
    return *this;
  }
  Ghost& operator-=(const T& amount) {
    value_ -= amount;
    return *this;
  }

 private:
  const char* field_;
  T value_;
};

}  // namespace sim
