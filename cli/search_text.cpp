#include "cli/search_text.hpp"

#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/label.hpp"

namespace cli {
namespace {

using nlohmann::json;
using scenario::SearchShare;
using scenario::Unit;
using scenario::UnitId;
using scenario::UnitOutcome;
using scenario::Witness;

json chosen(const std::vector<sim::Chosen>& choices) {
  json array = json::array();
  for (const sim::Chosen& choice : choices) array.push_back({choice.value, choice.options});
  return array;
}

std::vector<sim::Chosen> chosen_of(const json& array) {
  std::vector<sim::Chosen> choices;
  for (const json& pair : array) choices.push_back({pair.at(0), pair.at(1)});
  return choices;
}

json touch(const sim::SearchUnit::SharedTouch& shared) {
  const sim::Operation& op = shared.touch.op;
  return {static_cast<unsigned>(op.kind),
          static_cast<unsigned>(op.access),
          op.object,
          op.begin,
          op.end,
          op.value,
          shared.touch.only_on_writes,
          shared.born_in_run,
          shared.creator,
          shared.number};
}

sim::SearchUnit::SharedTouch touch_of(const json& fields) {
  sim::SearchUnit::SharedTouch shared;
  sim::Operation& op = shared.touch.op;
  op.kind = static_cast<sim::OpKind>(fields.at(0).get<std::uint8_t>());
  op.access = static_cast<sim::Access>(fields.at(1).get<std::uint8_t>());
  op.object = fields.at(2);
  op.begin = fields.at(3);
  op.end = fields.at(4);
  op.value = fields.at(5);
  shared.touch.only_on_writes = fields.at(6);
  shared.born_in_run = fields.at(7);
  shared.creator = fields.at(8);
  shared.number = fields.at(9);
  return shared;
}

json tree(const sim::SearchUnit& unit) {
  json prefix = json::array();
  for (const auto& step : unit.prefix) prefix.push_back({step.task, chosen(step.choices)});
  json asleep = json::array();
  for (const auto& sleeper : unit.asleep) {
    json touches = json::array();
    for (const auto& shared : sleeper.touches) touches.push_back(touch(shared));
    asleep.push_back(
        {sleeper.task, sleeper.path, sleeper.awake, std::move(touches), chosen(sleeper.choices)});
  }
  return {{"at_start", chosen(unit.at_start)},
          {"prefix", std::move(prefix)},
          {"asleep", std::move(asleep)}};
}

sim::SearchUnit tree_of(const json& object) {
  sim::SearchUnit unit;
  unit.at_start = chosen_of(object.at("at_start"));
  for (const json& step : object.at("prefix"))
    unit.prefix.push_back({step.at(0), chosen_of(step.at(1))});
  for (const json& fields : object.at("asleep")) {
    sim::SearchUnit::Sleeper& sleeper = unit.asleep.emplace_back();
    sleeper.task = fields.at(0);
    sleeper.path = fields.at(1);
    sleeper.awake = fields.at(2);
    for (const json& shared : fields.at(3)) sleeper.touches.push_back(touch_of(shared));
    sleeper.choices = chosen_of(fields.at(4));
  }
  return unit;
}

json json_of(const Unit& unit) {
  json object{{"id", unit.id}};
  if (unit.runs != 0) {
    object["first"] = unit.first;
    object["runs"] = unit.runs;
  } else {
    object["tree"] = tree(unit.tree);
  }
  return object;
}

Unit unit_of(const json& object) {
  Unit unit;
  unit.id = object.at("id").get<UnitId>();
  if (object.contains("runs")) {
    unit.first = object.at("first");
    unit.runs = object.at("runs");
  } else {
    unit.tree = tree_of(object.at("tree"));
  }
  return unit;
}

json findings(const SearchShare& share) {
  json array = json::array();
  for (std::size_t i = 0; i < share.result.findings.size(); ++i) {
    const sim::SeenFinding& seen = share.result.findings[i];
    const sim::Finding& finding = seen.finding;
    array.push_back({static_cast<unsigned>(finding.kind), finding.name, finding.text, finding.step,
                     finding.task, seen.executions, seen.first_run, to_text(seen.witness),
                     share.seen_in[i]});
  }
  return array;
}

sim::FindingKind kind_of(const json& number) {
  const auto kind = number.get<std::uint8_t>();
  if (kind >= std::size(sim::kFindingTraits)) throw DamagedText("there is no such kind of finding");
  return static_cast<sim::FindingKind>(kind);
}

sim::Schedule schedule_of_text(const std::string& text) {
  auto parsed = sim::parse_schedule(text);
  if (const auto* error = std::get_if<sim::ScheduleError>(&parsed)) throw DamagedText(error->text);
  return std::get<sim::Schedule>(std::move(parsed));
}

void read_findings(SearchShare& share, const json& array) {
  for (const json& fields : array) {
    sim::SeenFinding seen{
        {kind_of(fields.at(0)), fields.at(1), fields.at(2), fields.at(3), fields.at(4)},
        fields.at(5),
        fields.at(6),
        schedule_of_text(fields.at(7))};
    share.result.index_of[seen.finding.signature()] =
        static_cast<std::uint32_t>(share.result.findings.size());
    share.result.findings.push_back(std::move(seen));
    share.seen_in.push_back(fields.at(8).get<UnitId>());
  }
}

json traces(const sim::TraceCount& count) {
  const sim::TraceCount::Sample sample = count.sample();
  std::string ids;
  for (const sim::TraceId& id : sample.ids) ids += fmt::format("{:016x}{:016x}", id.high, id.low);
  return {sample.executions, sample.level, ids};
}

sim::TraceCount::Sample traces_of(const json& fields) {
  constexpr std::size_t kDigits = 16;
  sim::TraceCount::Sample sample{fields.at(0), fields.at(1), {}};
  const auto& ids = fields.at(2).get_ref<const std::string&>();
  if (ids.size() % (2 * kDigits) != 0 || sample.level >= 64) throw DamagedText("odd trace ids");
  for (std::size_t at = 0; at < ids.size(); at += 2 * kDigits)
    sample.ids.push_back({std::stoull(ids.substr(at, kDigits), nullptr, 16),
                          std::stoull(ids.substr(at + kDigits, kDigits), nullptr, 16)});
  return sample;
}

json json_of(const SearchShare& share) {
  const sim::SearchResult& result = share.result;
  json witnesses = json::array();
  for (const Witness& witness : share.witnesses)
    witnesses.push_back({static_cast<unsigned>(witness.kind), witness.name, witness.switches,
                         witness.steps, witness.schedule});
  return {{"executions", result.executions},
          {"redundant", result.redundant},
          {"deadlocks", result.deadlocks},
          {"cut_by_step_bound", result.cut_by_step_bound},
          {"cut_by_task_bound", result.cut_by_task_bound},
          {"clean", result.clean},
          {"covers_all", result.covers_all},
          {"window", {result.window_named, result.window_reached, result.window_entered}},
          {"findings", findings(share)},
          {"combinations", result.combinations},
          {"final_states", result.final_states},
          {"traces", traces(result.traces)},
          {"labels", result.labels},
          {"witnesses", std::move(witnesses)}};
}

SearchShare share_of(const json& object) {
  SearchShare share;
  sim::SearchResult& result = share.result;
  result.executions = object.at("executions");
  result.redundant = object.at("redundant");
  result.deadlocks = object.at("deadlocks");
  result.cut_by_step_bound = object.at("cut_by_step_bound");
  result.cut_by_task_bound = object.at("cut_by_task_bound");
  result.clean = object.at("clean");
  result.covers_all = object.at("covers_all");
  const json& window = object.at("window");
  result.window_named = window.at(0);
  result.window_reached = window.at(1);
  result.window_entered = window.at(2);
  read_findings(share, object.at("findings"));
  object.at("combinations").get_to(result.combinations);
  for (const auto& [shown, executions] : result.combinations)
    for (const std::uint32_t index : shown)
      if (index >= result.findings.size()) throw DamagedText("there is no such finding");
  object.at("final_states").get_to(result.final_states);
  result.traces.add(traces_of(object.at("traces")));
  for (const json& name : object.at("labels")) {
    const sim::Label* label = sim::find_label(name.get_ref<const std::string&>());
    if (label == nullptr) throw DamagedText("there is no such label");
    result.labels.insert(label->name());
  }
  for (const json& fields : object.at("witnesses"))
    share.add(
        Witness{kind_of(fields.at(0)), fields.at(1), fields.at(2), fields.at(3), fields.at(4)});
  return share;
}

template <class Read>
auto read_line(std::string_view line, Read read) {
  try {
    return read(json::parse(line));
  } catch (const json::exception& error) {
    throw DamagedText(error.what());
  }
}

}  // namespace

std::string to_line(const Unit& unit) { return json_of(unit).dump(); }
std::string to_line(const SearchShare& share) { return json_of(share).dump(); }

std::string to_line(const UnitOutcome& outcome) {
  json rest = json::array();
  for (const Unit& unit : outcome.rest) rest.push_back(json_of(unit));
  return json{{"share", json_of(outcome.share)},
              {"rest", rest},
              {"ended", outcome.ended},
              {"gave_up", outcome.gave_up}}
      .dump();
}

Unit unit_of_line(std::string_view line) { return read_line(line, unit_of); }
SearchShare share_of_line(std::string_view line) { return read_line(line, share_of); }

UnitOutcome outcome_of_line(std::string_view line) {
  return read_line(line, [](const json& object) {
    UnitOutcome outcome;
    outcome.share = share_of(object.at("share"));
    for (const json& unit : object.at("rest")) outcome.rest.push_back(unit_of(unit));
    outcome.ended = object.at("ended");
    outcome.gave_up = object.at("gave_up");
    return outcome;
  });
}

}  // namespace cli
