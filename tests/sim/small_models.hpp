/// Small programs for the tests of schedules, traces and reports.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sim/cell.hpp"
#include "sim/execution.hpp"
#include "sim/sync/mutex.hpp"

namespace small_models {

/// "left" and "right" each add 1 to a counter: read, then write. One update is lost when the reads
/// come first. With `atomic` each is one read-modify-write.
class LostUpdate : public sim::Model {
 public:
  explicit LostUpdate(bool atomic = false) : atomic_(atomic) {}

  void build(sim::Execution& execution) override {
    value_ = &execution.make<sim::Marked<int>>(sim::ObjectName{"value", "file"}, 1U, 0);
  }
  void start(sim::Execution& execution) override {
    execution.spawn("left", [this] { add(); });
    execution.spawn("right", [this] { add(); });
  }
  void judge(sim::Execution& execution) override {
    if (value_->peek() != 2)
      execution.report(sim::FindingKind::wrong_data, "value", "an update of value was lost");
  }
  std::uint64_t final_state() const override { return static_cast<std::uint64_t>(value_->peek()); }
  std::span<const char* const> counter_names() const override { return kNames; }
  void counters(std::span<std::int64_t> values) const override { values[0] = value_->peek(); }

 private:
  void add() {
    const sim::Frame frame("add_one");
    if (atomic_) {
      value_->update([](int old) { return old + 1; });
      return;
    }
    const int old = value_->read_once();
    sim::at<"add_one:value_read">();
    if (sim::current().narrating())
      sim::current().note(sim::NoteKind::effect, "reads " + std::to_string(old));
    store(old + 1);
    sim::at<"add_one:value_written">();
  }
  void store(int value) {
    const sim::Frame frame("store");
    value_->write_once(value);
    if (sim::current().narrating())
      sim::current().note(sim::NoteKind::effect, "value is " + std::to_string(value));
  }

  static constexpr const char* kNames[] = {"value"};
  bool atomic_;
  sim::Marked<int>* value_ = nullptr;
};

/// "up" takes lock a, then b; "down" takes b, then a (or a, then b, with `ordered`).
class CrossedLocks : public sim::Model {
 public:
  explicit CrossedLocks(bool ordered = false) : ordered_(ordered) {}

  void build(sim::Execution& execution) override {
    a_ = &execution.make<sim::mutex>(sim::ObjectName{"lock_a"});
    b_ = &execution.make<sim::mutex>(sim::ObjectName{"lock_b"});
  }
  void start(sim::Execution& execution) override {
    execution.spawn("up", [this] { both(*a_, *b_); });
    execution.spawn("down", [this] { ordered_ ? both(*a_, *b_) : both(*b_, *a_); });
  }

 private:
  void both(sim::mutex& first, sim::mutex& second) {
    const sim::Frame frame("take_both");
    first.lock();
    sim::at<"take_both:one_taken">();
    second.lock();
    sim::at<"take_both:both_taken">();
    second.unlock();
    first.unlock();
  }

  bool ordered_;
  sim::mutex* a_ = nullptr;
  sim::mutex* b_ = nullptr;
};

/// "writer" submits two bios; each ends in a task "bio-end" whose choice "bio error" is injected,
/// and which spawns "kworker/endio-write". Errors are counted.
class Bios : public sim::Model {
 public:
  void build(sim::Execution& execution) override {
    errors_ = &execution.make<sim::Marked<int>>(sim::ObjectName{"errors"}, 1U, 0);
  }
  void start(sim::Execution& execution) override {
    execution.spawn("writer", [this] {
      const sim::Frame frame("submit");
      for (int i = 0; i < 2; ++i) sim::current().spawn("bio-end", [this] { end_bio(); });
      sim::at<"submit:all_submitted">();
    });
  }
  std::uint64_t final_state() const override { return static_cast<std::uint64_t>(errors_->peek()); }

 private:
  void end_bio() {
    const sim::Frame frame("end_bio");
    errors_->read_once();
    sim::at<"end_bio:checked">();
    if (sim::current().choose("bio error", 3) != 0)
      errors_->update([](int old) { return old + 1; });
    sim::current().spawn("kworker/endio-write", [this] {
      const sim::Frame work("finish");
      sim::at<"finish:begun">();
      for (int i = 0; i < 2; ++i) {
        errors_->read_once();
        sim::at<"finish:looked">();
      }
    });
  }

  sim::Marked<int>* errors_ = nullptr;
};

}  // namespace small_models
