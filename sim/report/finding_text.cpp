#include "sim/report/finding_text.hpp"

#include <string_view>

#include "sim/text.hpp"

namespace sim {
namespace {

/// A deadlock's sentence lists its waits with "; " between them.
std::string as_list(std::string_view text) {
  constexpr std::string_view kBetween = "; ";
  std::string lines;
  while (true) {
    const std::size_t end = text.find(kBetween);
    lines += "  " + ascii(text.substr(0, end)) + "\n";
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + kBetween.size());
  }
}

}  // namespace

std::string where_found(const Execution& execution, const Finding& finding) {
  if (finding.step == kBeforeSteps) return "before the first step";
  const Record& record = execution.record();
  const StepRecord& step = record.steps[finding.step];
  const std::string number = "step " + std::to_string(finding.step);
  const ActorId actor =
      finding.task == step.task ? step.actor : actor_of(record, step.phase, finding.task);
  if (actor == kNoActor) return number + ", after it";
  return number + ", by " + ascii(record.actor_name(actor));
}

std::string finding_text(const Execution& execution, const Finding& finding) {
  const FindingTraits& row = traits(finding.kind);
  std::string text(row.word);
  if (finding.kind == FindingKind::deadlock) {
    text += ": " + std::string(row.sentence) + "\n" + as_list(finding.text);
  } else {
    text += ": " + ascii(finding.text) + "\n";
  }
  return text + "  found at " + where_found(execution, finding) + "\n";
}

}  // namespace sim
