#include "sim/report/diagram_events.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "sim/text.hpp"

namespace sim {
namespace {

constexpr std::size_t kNoCall = ~std::size_t{0};

struct Call {
  std::string function;
  std::size_t parent;
  bool leads_somewhere = false;  ///< a shown note stands in it or below
  bool shown = false;
};

struct Item {
  const Note* note;
  std::uint64_t time;  ///< step + 1; 0: before the first
  std::size_t call;    ///< enclosing call; of a call note, itself
  bool kept = false;
};

class Selection {
 public:
  Selection(const Execution& execution, int level)
      : execution_(execution), record_(execution.record()), level_(level) {}

  std::vector<DiagramEvent> events() {
    collect();
    nest();
    keep();
    show_calls();
    emit();
    emit_blocked();
    return std::move(events_);
  }

 private:
  std::vector<const Task*> blocked_for_good() const {
    const bool deadlock =
        execution_.ending() == Ending::deadlock && execution_.phase() == Phase::explored;
    if (!deadlock) return {};
    const auto live = execution_.live_tasks();
    return {live.begin(), live.end()};
  }

  void collect() {
    std::vector<std::uint64_t> first_step(record_.actors.size(), 0);
    for (std::size_t i = record_.steps.size(); i-- > 0;) first_step[record_.steps[i].actor] = i + 1;
    for (const Note& note : execution_.narrative().notes) {
      if (note.actor == kNoActor || record_.actors[note.actor].phase != Phase::explored) continue;
      const bool own_step =
          note.step != kBeforeSteps && record_.steps[note.step].actor == note.actor;
      const std::uint64_t own = first_step[note.actor];
      const std::uint64_t noted = note.step == kBeforeSteps ? 0 : std::uint64_t{note.step} + 1;
      items_.push_back({&note, own_step || own == 0 ? noted : own, kNoCall});
    }
    std::stable_sort(items_.begin(), items_.end(),
                     [](const Item& a, const Item& b) { return a.time < b.time; });
  }

  void nest() {
    std::vector<std::vector<std::size_t>> stacks(record_.actors.size());
    for (Item& item : items_) {
      std::vector<std::size_t>& stack = stacks[item.note->actor];
      if (stack.size() > item.note->depth) stack.resize(item.note->depth);
      const std::size_t around = stack.empty() ? kNoCall : stack.back();
      item.call = around;
      if (item.note->kind != NoteKind::call) continue;
      item.call = calls_.size();
      calls_.push_back({item.note->text, around});
      stack.push_back(item.call);
    }
    open_.assign(record_.actors.size(), kNoCall);
    for (const Task* task : blocked_for_good()) {
      std::vector<std::size_t>& stack = stacks[execution_.actor_of(task->id)];
      if (stack.size() > task->frames.size()) stack.resize(task->frames.size());
      if (!stack.empty()) open_[execution_.actor_of(task->id)] = stack.back();
    }
  }

  bool wanted(NoteKind kind) const {
    switch (kind) {
      case NoteKind::effect:
      case NoteKind::message:
      case NoteKind::finding:
      case NoteKind::label: return true;
      case NoteKind::mark: return level_ == 0;
      case NoteKind::call:
      case NoteKind::tracepoint: return false;
    }
    return false;
  }

  void keep() {
    Item* last = nullptr;
    const auto drop_inner_label = [&](const Item* next) {
      if (level_ < 2 || last == nullptr || last->note->kind != NoteKind::label) return;
      if (next != nullptr && next->note->actor == last->note->actor) last->kept = false;
    };
    for (Item& item : items_) {
      item.kept = wanted(item.note->kind);
      if (!item.kept) continue;
      drop_inner_label(&item);
      last = &item;
    }
  }

  void show_calls() {
    const auto lead_to = [this](std::size_t call) {
      if (call == kNoCall) return;
      calls_[call].shown = true;
      for (std::size_t c = call; c != kNoCall; c = calls_[c].parent) {
        calls_[c].leads_somewhere = true;
        if (calls_[c].parent == kNoCall) calls_[c].shown = true;
      }
    };
    for (const Item& item : items_)
      if (item.kept) lead_to(item.call);
    for (const Task* task : blocked_for_good()) lead_to(open_[execution_.actor_of(task->id)]);
  }

  /// Functions drawn around something that stands in `call`.
  unsigned depth_in(std::size_t call) const {
    unsigned depth = 0;
    for (std::size_t c = call; c != kNoCall; c = calls_[c].parent)
      if (calls_[c].shown) ++depth;
    return depth;
  }

  std::string function_of(std::size_t call) const {
    for (std::size_t c = call; c != kNoCall; c = calls_[c].parent)
      if (calls_[c].shown) return calls_[c].function;
    return {};
  }

  void emit() {
    ActorId last = kNoActor;
    bool left_out = false;
    for (const Item& item : items_) {
      const Note& note = *item.note;
      if (note.kind == NoteKind::call) {
        const Call& call = calls_[item.call];
        if (!call.shown) {
          left_out = left_out || (!call.leads_somewhere && note.actor == last);
          continue;
        }
      } else if (!item.kept) {
        continue;
      }
      const bool is_call = note.kind == NoteKind::call;
      const unsigned depth = depth_in(item.call) - (is_call ? 1 : 0);
      if (left_out && note.actor == last && level_ == 0)
        events_.push_back(
            {DiagramEvent::Kind::elision, note.actor, depth, "(...)", function_of(item.call)});
      left_out = false;
      events_.push_back(event_of(item, depth));
      last = note.actor;
    }
  }

  DiagramEvent event_of(const Item& item, unsigned depth) const {
    const Note& note = *item.note;
    const std::string function = function_of(item.call);
    switch (note.kind) {
      case NoteKind::call:
        return {DiagramEvent::Kind::call, note.actor, depth, note.text + "()", function};
      case NoteKind::label: {
        const std::string prefix = function + ":";
        const bool own = !function.empty() && note.text.starts_with(prefix);
        return {DiagramEvent::Kind::remark, note.actor, depth,
                own ? note.text.substr(prefix.size()) : note.text, function};
      }
      case NoteKind::finding:
        return {DiagramEvent::Kind::verdict, note.actor, depth, note.text, function};
      case NoteKind::mark:
        return {DiagramEvent::Kind::remark, note.actor, depth, note.text, function};
      default: return {DiagramEvent::Kind::effect, note.actor, depth, note.text, function};
    }
  }

  void emit_blocked() {
    for (const Task* task : blocked_for_good()) {
      const ActorId actor = execution_.actor_of(task->id);
      const std::string object =
          task->pending_object == nullptr ? "" : task->pending_object->name(record_);
      events_.push_back(
          {DiagramEvent::Kind::remark, actor, depth_in(open_[actor]),
           "blocks in " + std::string(traits(task->pending.kind).word) + "(" + object + ")",
           function_of(open_[actor])});
    }
  }

  const Execution& execution_;
  const Record& record_;
  int level_;
  std::vector<Item> items_;
  std::vector<Call> calls_;
  std::vector<std::size_t> open_;  ///< per actor: innermost call of a task that blocks for good
  std::vector<DiagramEvent> events_;
};

Phase phase_of(const Record& record, const Note& note) {
  if (note.actor != kNoActor) return record.actors[note.actor].phase;
  return note.step == kBeforeSteps ? Phase::setup : record.steps[note.step].phase;
}

/// "kernel-warning: text": is `text` among what was printed already?
bool repeats_message(const std::vector<DiagramEvent>& events, const std::string& text) {
  return std::any_of(events.begin(), events.end(), [&](const DiagramEvent& event) {
    return event.text == text ||
           (event.kind == DiagramEvent::Kind::effect && text.ends_with(": " + event.text));
  });
}

}  // namespace

std::vector<DiagramEvent> explored_events(const Execution& execution, int level) {
  return Selection(execution, level).events();
}

std::vector<DiagramEvent> consequences(const Execution& execution) {
  std::vector<DiagramEvent> events;
  for (const Note& note : execution.narrative().notes) {
    const Phase phase = phase_of(execution.record(), note);
    const bool finding = note.kind == NoteKind::finding;
    const bool message = note.kind == NoteKind::message && phase == Phase::teardown;
    const bool shown_above = phase == Phase::explored && note.actor != kNoActor;
    if (shown_above || (!finding && !message) || repeats_message(events, note.text)) continue;
    std::string text = note.text;
    if (text.starts_with(traits(FindingKind::deadlock).word)) {
      for (std::size_t at = 0; (at = text.find("; ", at)) != std::string::npos;)
        text.replace(at, 2, "\n");
    }
    events.push_back({finding ? DiagramEvent::Kind::verdict : DiagramEvent::Kind::effect,
                      note.actor,
                      0,
                      text,
                      {}});
  }
  return events;
}

}  // namespace sim
