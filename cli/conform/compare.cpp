#include "cli/conform/compare.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cli/conform/causal_rules.hpp"
#include "cli/conform/lanes.hpp"

namespace conform {
namespace {

constexpr std::string_view kNothing = "(nothing)";

/// A difference together with the operation in whose order it is reported.
struct Found {
  std::size_t op;
  Difference difference;
};

class Comparer {
 public:
  Comparer(const Recording& kernel, const Recording& model)
      : kernel_(kernel), model_(model), kernel_lanes_(kernel), model_lanes_(model) {}

  Comparison run() {
    if (compare_markers()) {
      for (std::size_t op = 0; op < kernel_.ops.size(); ++op) {
        compare_lane(kernel_lanes_.task(op), model_lanes_.task(op), "task");
        compare_counters(op);
      }
      compare_completions();
      compare_lane(kernel_lanes_.worker(), model_lanes_.worker(), "worker");
      add_broken_rules(kernel_lanes_, true);
      add_broken_rules(model_lanes_, false);
    }
    std::stable_sort(found_.begin(), found_.end(),
                     [](const auto& a, const auto& b) { return a.op < b.op; });
    for (auto& found : found_) result_.differences.push_back(std::move(found.difference));
    result_.metadata_events = kernel_lanes_.metadata_events();
    result_.other_events = kernel_lanes_.other_events();
    return std::move(result_);
  }

 private:
  void report(std::size_t op, std::string_view lane, std::string what, std::string kernel,
              std::string model) {
    const auto where =
        op < kernel_.ops.size() ? kernel_.ops[op].marker : std::string("after the last operation");
    found_.push_back({op,
                      {fmt::format("{}, {}", where, lane), std::move(what), std::move(kernel),
                       std::move(model)}});
  }

  /// False where the operations are not the same: nothing behind that can be compared.
  bool compare_markers() {
    const auto count = std::max(kernel_.ops.size(), model_.ops.size());
    const auto marker = [](const Recording& recording, std::size_t op) {
      return op < recording.ops.size() ? recording.ops[op].marker : std::string(kNothing);
    };
    for (std::size_t op = 0; op < count; ++op) {
      const auto kernel = marker(kernel_, op);
      const auto model = marker(model_, op);
      if (kernel == model) continue;
      report(op, "operation", "the operations or their results differ", kernel, model);
      return false;
    }
    return true;
  }

  void compare_counters(std::size_t op) {
    const auto show = [](const std::optional<Counters>& counters) {
      return counters ? format_counters(*counters) : std::string(kNothing);
    };
    const auto& kernel = kernel_.ops[op].counters;
    const auto& model = model_.ops[op].counters;
    if (kernel) ++result_.counters;
    if (kernel != model)
      report(op, "counters", "the counters after the operation differ", show(kernel), show(model));
  }

  /// The first field that differs; empty where the events are the same.
  std::string differing_field(const PlacedEvent& kernel, const PlacedEvent& model) {
    if (kernel.row != model.row) return "the events differ";
    for (const auto field : kernel.row->fields) {
      const auto kernel_value = kernel_lanes_.value(kernel, field);
      const auto model_value = model_lanes_.value(model, field);
      if (!kernel_value) {
        if (model_value) ++result_.fields_not_recorded;
      } else if (kernel_value != model_value) {
        return fmt::format("the field {} differs", field);
      }
    }
    return {};
  }

  void compare_lane(const std::vector<PlacedEvent>& kernel, const std::vector<PlacedEvent>& model,
                    std::string_view lane) {
    result_.events += kernel.size();
    for (std::size_t i = 0; i < std::max(kernel.size(), model.size()); ++i) {
      const bool has_kernel = i < kernel.size();
      const bool has_model = i < model.size();
      const auto what = has_kernel && has_model ? differing_field(kernel[i], model[i])
                        : has_kernel            ? std::string("the model lacks an event")
                                                : std::string("the model has an event more");
      if (what.empty()) continue;
      const auto op = has_kernel ? kernel[i].op : model[i].op;
      report(op, lane, fmt::format("event {} of the lane: {}", i + 1, what),
             has_kernel ? kernel_lanes_.describe(kernel[i]) : std::string(kNothing),
             has_model ? model_lanes_.describe(model[i]) : std::string(kNothing));
      return;
    }
  }

  void compare_completions() {
    std::set<std::int64_t> offsets;
    for (const auto& [offset, events] : kernel_lanes_.completions()) offsets.insert(offset);
    for (const auto& [offset, events] : model_lanes_.completions()) offsets.insert(offset);
    const auto lane_at = [](const Lanes& lanes, std::int64_t offset) {
      const auto found = lanes.completions().find(offset);
      return found == lanes.completions().end() ? std::vector<PlacedEvent>{} : found->second;
    };
    for (const auto offset : offsets)
      compare_lane(lane_at(kernel_lanes_, offset), lane_at(model_lanes_, offset),
                   fmt::format("completion at {}", offset));
  }

  void add_broken_rules(const Lanes& lanes, bool is_kernel) {
    for (const auto& broken : broken_causal_rules(lanes))
      report(broken.op, is_kernel ? "order on the kernel's side" : "order on the model's side",
             broken.what, is_kernel ? broken.event : std::string(kNothing),
             is_kernel ? std::string(kNothing) : broken.event);
  }

  const Recording& kernel_;
  const Recording& model_;
  Lanes kernel_lanes_;
  Lanes model_lanes_;
  Comparison result_;
  std::vector<Found> found_;
};

std::string_view name_of(LaneKind lane) {
  switch (lane) {
    case LaneKind::task: return "task";
    case LaneKind::completion: return "completion";
    case LaneKind::worker: return "worker";
  }
  return "";
}

}  // namespace

Comparison compare(const Recording& kernel, const Recording& model) {
  return Comparer(kernel, model).run();
}

std::string format_comparison(const Comparison& comparison) {
  std::string text = fmt::format("compared: counters after {} operations, {} events in order\n",
                                 comparison.counters, comparison.events);
  text += fmt::format("not compared: {} metadata events, {} events that are not modelled",
                      comparison.metadata_events, comparison.other_events);
  if (comparison.fields_not_recorded != 0)
    text += fmt::format(", {} fields that the recording cuts off", comparison.fields_not_recorded);
  text += '\n';
  if (comparison.equal()) return text + "equal\n";
  const auto& first = comparison.differences.front();
  text += fmt::format("first difference: {}\n  {}\n  kernel: {}\n  model:  {}\n", first.where,
                      first.what, first.kernel, first.model);
  for (std::size_t i = 1; i < comparison.differences.size(); ++i)
    text += fmt::format("also: {}: {}\n", comparison.differences[i].where,
                        comparison.differences[i].what);
  return text;
}

std::string format_modelled(const Recording& recording) {
  const Lanes lanes(recording);
  std::string text;
  auto event = lanes.all().begin();
  for (std::size_t op = 0; op <= recording.ops.size(); ++op) {
    for (; event != lanes.all().end() && event->op == op; ++event)
      text += fmt::format("  {}: {}\n", name_of(lanes.lane_of(*event)), lanes.describe(*event));
    if (op == recording.ops.size()) break;
    const auto& operation = recording.ops[op];
    text += operation.marker +
            (operation.counters ? ": " + format_counters(*operation.counters) : "") + '\n';
  }
  return text;
}

}  // namespace conform
