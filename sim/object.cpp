#include "sim/object.hpp"

#include <string>

#include "sim/execution.hpp"

namespace sim {

Object::Object(const ObjectName& name, std::size_t bytes) : name_(name) {
  Execution& execution = current();
  id_ = execution.add_object(*this);
  Task* creator = execution.running();
  creator_ = creator == nullptr ? kNoActor : execution.actor_of(creator->id);
  born_number_ = creator == nullptr ? id_ : ++creator->objects_born;
  released_in_ = execution.phase();
  execution.audit_exempt(this, bytes);
}

std::string Object::name() const { return name(execution().record()); }

std::string Object::name(const Record& record) const {
  std::string text;
  if (name_.scope != nullptr) text = std::string(name_.scope) + ":";
  text += name_.class_name;
  if (name_.instance != ObjectName::kAnonymous) {
    text += "(" + std::to_string(name_.instance) + ")";
  } else if (creator_ != kNoActor) {
    text += "(" + record.actor_name(creator_) + "/" + std::to_string(born_number_) + ")";
  }
  return text;
}

bool Object::can_proceed(const Task&, const Operation&) const { return true; }

TaskMask Object::providers(const Task&, const Operation&) const { return 0; }

bool Object::condition_holds(const Task&) const { return false; }

std::uint64_t Object::order(std::uint32_t) const { return instance(); }

void Object::synchronise(Task& task, const Operation& op) {
  Execution& execution = this->execution();
  if (released_in_ != execution.phase()) {
    released_in_ = execution.phase();
    released_.clear();
  }
  if (traits(op.kind).acquires) task.clock.join(released_.ticks());
  if (traits(op.kind).releases) released_.join(task.clock, execution.untracked_memory());
}

Execution& Object::execution() const { return current(); }

}  // namespace sim
