#include "core/scenario/case_plan.hpp"

#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "core/scenario/input_error.hpp"
#include "core/scenario/names.hpp"
#include "core/scenario/world.hpp"

namespace scenario {
namespace {

const sim::Label& label_named(const Scenario& scenario, const std::string& name,
                              const Position& position) {
  if (const sim::Label* label = sim::find_label(name)) return *label;
  std::vector<std::string_view> names;
  for (const sim::Label* label : sim::all_labels()) names.push_back(label->name());
  const std::string nearest = nearest_name(name, names);
  throw InputError(scenario.file, position, fmt::format("no label is named '{}'", name),
                   nearest.empty() ? "'fsweave list labels' names them all"
                                   : fmt::format("did you mean '{}'?", nearest));
}

/// A count, or "no" and "yes" for 0 and 1.
std::uint32_t choice_value(const Scenario& scenario, const Directive& directive) {
  const std::string& text = directive.value;
  if (text == "no") return 0;
  if (text == "yes") return 1;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    throw InputError(scenario.file, directive.position,
                     fmt::format("'{}' is no value of a choice", text),
                     "write \"no\", \"yes\" or a count; 0 is what happens when nothing goes wrong");
  return value;
}

sim::Until until_of(const Scenario& scenario, const Directive& directive) {
  const Until& until = directive.until;
  switch (until.kind) {
    case Until::Kind::exit: return sim::Until::exit();
    case Until::Kind::label:
      return sim::Until::passed(label_named(scenario, until.name, directive.position),
                                until.occurrence);
    case Until::Kind::blocked: return sim::Until::blocked(until.name);
    case Until::Kind::steps: return sim::Until::steps(until.occurrence);
  }
  return sim::Until::exit();
}

sim::Directive directive_of(const Scenario& scenario, const Directive& directive) {
  if (directive.kind == Directive::Kind::choose)
    return sim::Directive::choose(directive.subject, choice_value(scenario, directive));
  return sim::Directive::run(directive.subject, until_of(scenario, directive));
}

}  // namespace

void check_filesystem(const Scenario& scenario) {
  if (find_filesystem_kind(scenario.fs.type) != nullptr) return;
  std::string known;
  for (const FileSystemKind* kind : filesystem_kinds())
    known += (known.empty() ? "" : ", ") + std::string(kind->name);
  throw InputError(scenario.file, scenario.fs.position,
                   fmt::format("{} is not modelled yet", scenario.fs.type), "modelled: " + known);
}

CasePlan plan_case(const Scenario& scenario, const Case& wanted) {
  check_filesystem(scenario);
  CasePlan plan;
  plan.fixes = select_fixes(scenario, wanted);
  plan.fixes_text = describe_fixes(filesystem_kind(scenario.fs.type), plan.fixes);
  for (const Directive& directive : wanted.schedule)
    plan.directives.push_back(directive_of(scenario, directive));
  plan.options.check_guards = true;
  plan.options.explore_teardown = wanted.explore_teardown;
  if (scenario.window) {
    const Window& window = *scenario.window;
    plan.options.watched =
        sim::Window{window.task, &label_named(scenario, window.from, window.position),
                    &label_named(scenario, window.to, window.position)};
  }
  return plan;
}

Case case_of_today() {
  Case today;
  today.name = "today";
  return today;
}

}  // namespace scenario
