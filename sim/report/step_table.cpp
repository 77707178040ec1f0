#include "sim/report/step_table.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "sim/report/finding_text.hpp"
#include "sim/schedule.hpp"
#include "sim/text.hpp"
#include "sim/trace.hpp"

namespace sim {
namespace {

constexpr std::size_t kLongestCell = 56;

std::string cell(std::string text) {
  if (text.size() > kLongestCell) text.replace(kLongestCell - 3, std::string::npos, "...");
  return text;
}

/// A line of the table: cells, or one text across all of them.
struct Row {
  std::vector<std::string> cells;
  std::string across;
};

class Table {
 public:
  Table(const Execution& execution, const StepTableOptions& options)
      : execution_(execution), record_(execution.record()), options_(options) {
    counters_ =
        execution.narrative().counters.empty() ? 0 : execution.narrative().counter_names.size();
  }

  std::string text() {
    heading();
    findings_at(kBeforeSteps);
    for (std::uint32_t step = 0; step < record_.steps.size(); ++step) {
      const Phase phase = record_.steps[step].phase;
      if (phase == Phase::setup && !options_.setup) continue;
      if (phase == Phase::teardown && !options_.teardown && !has_finding(step)) continue;
      if (phase != phase_) {
        elided();
        rows_.push_back({{}, "-- " + std::string(word(phase)) + " --"});
        phase_ = phase;
      }
      if (options_.collapse && !interesting(step)) {
        ++skipped_;
        continue;
      }
      elided();
      step_row(step);
      findings_at(step);
    }
    elided();
    return lines();
  }

 private:
  void heading() {
    Row row{{"step", "task", "operation", "label"}, {}};
    for (std::size_t i = 0; i < counters_; ++i)
      row.cells.push_back(ascii(execution_.narrative().counter_names[i]) + " ");
    rows_.push_back(std::move(row));
  }

  bool changed(std::uint32_t step, std::size_t counter) const {
    const auto& all = execution_.narrative().counters;
    if (step >= all.size() || counter >= all[step].size()) return false;
    const bool known = step > 0 && counter < all[step - 1].size();
    return all[step][counter] != (known ? all[step - 1][counter] : 0);
  }

  bool has_finding(std::uint32_t step) const {
    const auto& findings = execution_.findings();
    return std::any_of(findings.begin(), findings.end(),
                       [step](const Finding& finding) { return finding.step == step; });
  }

  bool interesting(std::uint32_t step) const {
    if (record_.steps[step].label != nullptr || has_finding(step)) return true;
    const auto [begin, end] = choices_of_step(record_, step);
    for (std::uint32_t i = begin; i < end; ++i)
      if (record_.choices[i].value != 0) return true;
    for (std::size_t i = 0; i < counters_; ++i)
      if (changed(step, i)) return true;
    return false;
  }

  std::string operation_cell(std::uint32_t step) const {
    const StepRecord& made = record_.steps[step];
    std::string text = describe(trace_operation(execution_, made.op));
    if (made.op.value != 0) text += " = " + std::to_string(made.op.value);
    const auto [begin, end] = choices_of_step(record_, step);
    for (std::uint32_t i = begin; i < end; ++i)
      text += fmt::format(", {}={}", ascii(record_.choices[i].what), record_.choices[i].value);
    return text;
  }

  void step_row(std::uint32_t step) {
    const StepRecord& made = record_.steps[step];
    Row row{
        {std::to_string(step), cell(ascii(record_.actor_name(made.actor))),
         cell(operation_cell(step)), made.label == nullptr ? "" : cell(ascii(made.label->name()))},
        {}};
    const auto& all = execution_.narrative().counters;
    for (std::size_t i = 0; i < counters_; ++i) {
      const bool known = step < all.size() && i < all[step].size();
      row.cells.push_back(known ? std::to_string(all[step][i]) + (changed(step, i) ? "*" : " ")
                                : "");
    }
    rows_.push_back(std::move(row));
  }

  void findings_at(std::uint32_t step) {
    for (const Finding& finding : execution_.findings()) {
      if (finding.step != step) continue;
      rows_.push_back(
          {{}, "  !! " + std::string(traits(finding.kind).word) + ": " + ascii(finding.text)});
    }
  }

  void elided() {
    if (skipped_ == 0) return;
    rows_.push_back({{}, fmt::format("  ... {} step{}", skipped_, skipped_ == 1 ? "" : "s")});
    skipped_ = 0;
  }

  std::string lines() const {
    std::vector<std::size_t> widths(4 + counters_, 0);
    for (const Row& row : rows_)
      for (std::size_t i = 0; i < row.cells.size(); ++i)
        widths[i] = std::max(widths[i], row.cells[i].size());
    std::string text;
    for (const Row& row : rows_) {
      std::string line = row.across;
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const bool to_the_right = i == 0 || i > 3;
        const std::string blanks(widths[i] - row.cells[i].size(), ' ');
        if (i > 0) line += "  ";
        line += to_the_right ? blanks + row.cells[i] : row.cells[i] + blanks;
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
    return text;
  }

  const Execution& execution_;
  const Record& record_;
  StepTableOptions options_;
  std::size_t counters_ = 0;
  std::vector<Row> rows_;
  std::uint32_t skipped_ = 0;
  Phase phase_ = Phase::setup;
};

}  // namespace

std::string step_table(const Execution& execution, const StepTableOptions& options) {
  return Table(execution, options).text();
}

}  // namespace sim
