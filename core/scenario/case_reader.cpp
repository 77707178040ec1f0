#include "core/scenario/case_reader.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "core/scenario/limits.hpp"
#include "core/scenario/names.hpp"
#include "core/scenario/search_strategies.hpp"

namespace scenario {
namespace {

constexpr std::string_view kUntilForms =
    "write exit, FUNCTION:LABEL, FUNCTION:LABEL#2, blocked on LOCK or blocked";

bool is_identifier(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (text.empty() || !letter(text[0])) return false;
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// The N of "name#N" and the name in front; 1 where there is none, 0 where it is no count.
std::uint64_t take_occurrence(std::string_view& text) {
  const std::size_t hash = text.rfind('#');
  if (hash == std::string_view::npos) return 1;
  const std::string_view digits = text.substr(hash + 1);
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error != std::errc{} || end != digits.data() + digits.size()) return 0;
  text = text.substr(0, hash);
  return count;
}

Until read_until(const JsonView& view) {
  const std::string& text = view.string();
  if (text == "exit") return {};
  if (text == "blocked") return {Until::Kind::blocked, {}, 1};
  constexpr std::string_view kBlockedOn = "blocked on ";
  if (text.starts_with(kBlockedOn) && text.size() > kBlockedOn.size()) {
    return {Until::Kind::blocked, text.substr(kBlockedOn.size()), 1};
  }
  std::string_view label = text;
  const std::uint64_t occurrence = take_occurrence(label);
  if (!is_label(label) || occurrence == 0)
    view.fail(fmt::format("'{}' is no place to stop at", text), kUntilForms);
  return {Until::Kind::label, std::string(label), occurrence};
}

void check_task_name(const JsonView& view, std::string_view name, const RunnableTasks& tasks);

/// "writer>bio#2": a declared task, then whom it and they spawned.
void check_task(const JsonView& view, const RunnableTasks& tasks) {
  std::string_view left = view.string();
  if (left.empty()) view.fail("a task without a name");
  while (true) {
    const std::size_t end = left.find('>');
    check_task_name(view, left.substr(0, end), tasks);
    if (end == std::string_view::npos) return;
    left.remove_prefix(end + 1);
  }
}

void check_task_name(const JsonView& view, std::string_view name, const RunnableTasks& tasks) {
  if (std::find(tasks.declared.begin(), tasks.declared.end(), name) != tasks.declared.end()) return;
  // "writer>bio#2>kworker/endio-write": who bore it stands in front; the last part is what it is.
  if (const std::size_t last = name.rfind('>'); last != std::string_view::npos) {
    const std::string_view root = name.substr(0, name.find('>'));
    if (std::find(tasks.declared.begin(), tasks.declared.end(), root) != tasks.declared.end())
      name.remove_prefix(last + 1);
  }
  const std::uint64_t number = take_occurrence(name);
  if (number > 0 && tasks.spawned.empty()) {
    // A slip of a declared name is caught even where the core's own names are not known.
    const std::string nearest = nearest_name(name, tasks.declared);
    if (!nearest.empty())
      view.fail(fmt::format("no task is named '{}'", name),
                fmt::format("did you mean '{}'?", nearest));
    return;
  }
  if (number > 0 &&
      std::find(tasks.spawned.begin(), tasks.spawned.end(), name) != tasks.spawned.end())
    return;
  std::vector<std::string_view> names = tasks.declared;
  names.insert(names.end(), tasks.spawned.begin(), tasks.spawned.end());
  view.fail(fmt::format("no task is named '{}'", view.string()), did_you_mean(name, names));
}

Directive read_directive(const JsonView& view, const RunnableTasks& tasks) {
  const auto run = view.find("run"), until = view.find("until"), steps = view.find("steps");
  const auto choose = view.find("choose"), as = view.find("as");
  Directive directive;
  directive.position = view.position();
  if (run && until.has_value() != steps.has_value() && !choose && !as) {
    check_task(*run, tasks);
    directive.subject = run->string();
    directive.until =
        until ? read_until(*until) : Until{Until::Kind::steps, {}, steps->unsigned_integer()};
    if (const auto counters = view.find("counters"))
      for (const auto& [name, value] : counters->members())
        directive.counters.emplace(name, value.unsigned_integer());
    return directive;
  }
  if (choose && as && !run && !until && !steps) {
    if (choose->string().empty() || as->string().empty())
      view.fail("a choice needs a name and a value");
    directive.kind = Directive::Kind::choose;
    directive.subject = choose->string();
    directive.value = as->string();
    return directive;
  }
  view.fail("a directive chooses who runs or the value of a choice",
            "write { \"run\": TASK, \"until\": PLACE }, { \"run\": TASK, \"steps\": N } or { "
            "\"choose\": CHOICE, \"as\": VALUE }");
}

Revert read_revert(const JsonView& view) {
  const std::string& text = view.string();
  const std::size_t end = std::min(text.find(' '), text.size());
  Revert revert{text.substr(0, end), text.substr(std::min(end + 1, text.size())), view.position()};
  const bool hexadecimal = revert.hash.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hexadecimal || revert.hash.size() < 7 || revert.hash.size() > 40) {
    view.fail(fmt::format("'{}' is no commit hash", revert.hash),
              "write 7 to 40 lower-case hexadecimal digits, then the subject");
  }
  return revert;
}

std::uint64_t read_seed(const JsonView& view) {
  if (!view.is_string()) return view.unsigned_integer();
  std::string_view text = view.string();
  if (text.starts_with("0x")) text.remove_prefix(2);
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed, 16);
  const bool whole = text.size() < view.string().size() && end == text.data() + text.size();
  if (error != std::errc{} || !whole)
    view.fail("a seed is an integer or a string \"0x...\" of at most 64 bits");
  return seed;
}

Search read_search(const JsonView& view) {
  Search search;
  search.position = view.position();
  const auto named = view.is_string() ? view : view.find("strategy").value_or(view);
  const std::string& name = named.string();
  search.strategy = strategy_named(name);
  if (search.strategy == Search::Strategy::none)
    named.fail(fmt::format("no strategy is named '{}'", name),
               did_you_mean(name, strategy_words()));
  for (const char* key : {"seed", "runs"}) {
    const auto setting = view.find(key);
    if (setting && !samples(search.strategy))
      setting->fail_at_key(fmt::format("'{}' belongs to strategies that sample", key),
                           "leave it out");
  }
  if (const auto seed = view.find("seed")) search.seed = read_seed(*seed);
  if (const auto runs = view.find("runs")) search.runs = runs->unsigned_integer();
  if (const auto bound = view.find("preemptions")) {
    if (search.strategy != Search::Strategy::exhaustive)
      bound->fail_at_key("'preemptions' belongs to the exhaustive search", "leave it out");
    search.preemptions = bound->unsigned_integer();
  }
  return search;
}

constexpr std::pair<std::string_view, Expect::Kind> kExpectWords[] = {
    {"never", Expect::Kind::never},
    {"unseen", Expect::Kind::unseen},
    {"clean", Expect::Kind::clean}};
constexpr std::pair<std::string_view, Expect::Kind> kExpectFindings[] = {
    {"sometimes", Expect::Kind::sometimes},
    {"always", Expect::Kind::always},
    {"finding", Expect::Kind::finding},
    {"unseen", Expect::Kind::unseen}};

Expect read_expect(const JsonView& view) {
  Expect expect;
  expect.position = view.position();
  if (view.is_string()) {
    for (const auto& [word, kind] : kExpectWords) {
      if (word == view.string()) expect.kind = kind;
    }
  } else {
    for (const auto& [word, kind] : kExpectFindings) {
      const auto findings = view.find(word);
      if (!findings) continue;
      expect.kind = kind;
      const auto list =
          findings->is_array() ? findings->elements() : std::vector<JsonView>{*findings};
      for (const JsonView& finding : list) {
        if (finding.string().empty())
          finding.fail("a finding without a name matches everything", "name it");
        expect.findings.push_back(finding.string());
      }
    }
  }
  if (expect.kind == Expect::Kind::nothing)
    view.fail("this expectation is not known",
              "known: never, sometimes, always, finding, unseen, clean");
  return expect;
}

/// What a case claims has to be something that its way of running can show.
void check_claim(const Case& the_case, const JsonView& view) {
  using Kind = Expect::Kind;
  const auto strategy = the_case.search.strategy;
  const bool complete =
      strategy == Search::Strategy::exhaustive || strategy == Search::Strategy::dfs;
  const bool replayed = !the_case.schedule.empty();
  const JsonView expect = view.find("expect").value_or(view);
  switch (the_case.expect.kind) {
    case Kind::never:
    case Kind::sometimes:
    case Kind::always:
      if (!complete) {
        expect.fail("never, sometimes and always are claims about all executions",
                    "add \"search\": \"exhaustive\", or expect finding, unseen or clean");
      }
      if (the_case.expect.kind == Kind::always && the_case.search.preemptions)
        expect.fail("always is a claim about executions beyond the bound, too", "expect sometimes");
      break;
    case Kind::unseen:
      if (!samples(strategy)) {
        expect.fail("unseen is what a search that samples says",
                    complete ? "expect never" : "expect clean");
      }
      break;
    case Kind::clean:
      if (!replayed)
        expect.fail("clean is what one schedule says", complete ? "expect never" : "expect unseen");
      break;
    case Kind::finding:
      if (complete)
        expect.fail("a complete search says more than finding", "expect sometimes or always");
      break;
    case Kind::nothing: break;
  }
}

Case read_case(const JsonView& view, const RunnableTasks& tasks) {
  Case the_case;
  the_case.position = view.position();
  const auto name = view.find("name");
  if (!name) view.fail("the key 'name' is missing");
  check_name(name->string(), *name, false);
  the_case.name = name->string();
  if (const auto era = view.find("era")) the_case.era = PlacedName{era->string(), era->position()};
  if (const auto reverts = view.find("revert")) {
    for (const JsonView& revert : reverts->elements())
      the_case.revert.push_back(read_revert(revert));
  }
  if (const auto fixes = view.find("fixes")) {
    for (const auto& [fix, variant] : fixes->members()) {
      the_case.fixes.push_back({std::string(fix), variant.string(), variant.position()});
    }
  }
  if (const auto schedule = view.find("schedule")) {
    for (const JsonView& directive : schedule->elements())
      the_case.schedule.push_back(read_directive(directive, tasks));
    if (the_case.schedule.size() > kMostDirectives)
      schedule->fail(fmt::format("more than {} directives", kMostDirectives));
    if (the_case.schedule.empty())
      schedule->fail("the schedule is empty", "leave it out, or name who runs");
  }
  if (const auto guide = view.find("guide")) the_case.guide = guide->boolean();
  if (const auto search = view.find("search")) the_case.search = read_search(*search);
  if (const auto expect = view.find("expect")) the_case.expect = read_expect(*expect);
  if (const auto tier = view.find("tier")) {
    the_case.tier = tier->string() == "full" ? Case::Tier::full : Case::Tier::quick;
    if (tier->string() != "full" && tier->string() != "quick")
      tier->fail("a tier is quick or full");
  }
  if (const auto explore = view.find("explore_teardown"))
    the_case.explore_teardown = explore->boolean();

  const bool searches = the_case.search.strategy != Search::Strategy::none;
  if (the_case.schedule.empty() && !searches)
    view.fail("the case says neither what to replay nor how to search",
              "add \"schedule\" or \"search\"");
  if (!the_case.schedule.empty() && searches)
    view.fail("the case has a schedule and a search", "make it two cases");
  if (the_case.guide && the_case.schedule.empty())
    view.fail("there is no schedule to guide", "leave out \"guide\"");
  check_claim(the_case, view);
  return the_case;
}

}  // namespace

bool is_label(std::string_view text) {
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && is_identifier(text.substr(0, colon)) &&
         is_identifier(text.substr(colon + 1));
}

void check_name(std::string_view name, const JsonView& view, bool at_key) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  const bool fits = !name.empty() && name.size() <= kLongestName &&
                    std::all_of(name.begin(), name.end(), allowed);
  if (fits) return;
  const std::string sentence = fmt::format("'{}' cannot be a name", name);
  const std::string suggestion =
      fmt::format("letters, digits, '_', '-' and '.', at most {}", kLongestName);
  if (at_key) view.fail_at_key(sentence, suggestion);
  view.fail(sentence, suggestion);
}

std::vector<Case> read_cases(const JsonView& cases, const RunnableTasks& tasks) {
  std::vector<Case> result;
  std::set<std::string> names;
  for (const JsonView& view : cases.elements()) {
    result.push_back(read_case(view, tasks));
    const std::string& name = result.back().name;
    if (!names.insert(name).second)
      view.find("name")->fail(fmt::format("a second case is named '{}'", name),
                              "choose another name");
    if (result.size() > kMostCases) view.fail(fmt::format("more than {} cases", kMostCases));
  }
  return result;
}

}  // namespace scenario
