#include "tests/support/programs.hpp"

namespace testing {

int Program::add(unsigned variable, int amount) {
  return variables_[variable]->update([amount](int old) { return old + amount; });
}

void Program::build(sim::Execution& execution) {
  variables_.clear();
  mutexes_.clear();
  for (std::uint64_t i = 0; i < values_.size(); ++i)
    variables_.push_back(
        &execution.make<sim::Marked<int>>(sim::ObjectName{"variable", nullptr, i}, 1U, values_[i]));
  for (std::uint64_t i = 0; i < locks_; ++i)
    mutexes_.push_back(&execution.make<sim::mutex>(sim::ObjectName{"mutex", nullptr, i}));
}

void Program::start(sim::Execution& execution) {
  for (const Body& body : bodies_) execution.spawn("task", [this, run = &body] { (*run)(*this); });
}

std::uint64_t Program::final_state() const {
  std::uint64_t state = 0;
  for (const sim::Marked<int>* variable : variables_)
    state = state * 1'000'003 + static_cast<std::uint64_t>(variable->peek());
  return state;
}

Program lost_updates(unsigned tasks) {
  Program program(1, 0);
  program.tasks(tasks, [](unsigned) -> Program::Body {
    return [](Program& p) { p.write(0, p.read(0) + 1); };
  });
  return program;
}

Program p2() {
  Program program(3, 0);
  program.tasks(3, [](unsigned) -> Program::Body {
    return [](Program& p) {
      const int x = p.read(0);
      p.write(0, x + 1);
      const int y = p.read(1);
      p.write(1, y + 1);
      p.write(2, 4 * x + y);
    };
  });
  return program;
}

bool p2_fails(const Program& p2) {
  return p2.value(0) == 3 && p2.value(1) == 3 && p2.value(2) == 8;
}

Program p3(unsigned pad) {
  constexpr unsigned kTop = 0;  // the others: next of node 1 to 3, at their number
  Program program(5, 0);
  program.initially(kTop, 1).initially(1, 2).initially(2, 3);
  program.task([pad](Program& p) {
    const int top = p.read(kTop);
    for (unsigned i = 0; i < pad; ++i) p.write(4, static_cast<int>(i));
    const int next = p.read(static_cast<unsigned>(top));
    p.cas(kTop, top, next);
  });
  program.task([](Program& p) {
    const int first = p.read(kTop);
    const int after_first = p.read(static_cast<unsigned>(first));
    if (!p.cas(kTop, first, after_first)) return;
    const int second = p.read(kTop);
    if (second == 0) return;
    const int after_second = p.read(static_cast<unsigned>(second));
    if (!p.cas(kTop, second, after_second)) return;
    for (const int node : {first, second}) {
      const int head = p.read(kTop);
      p.write(static_cast<unsigned>(node), head);
      if (!p.cas(kTop, head, node)) return;
    }
  });
  return program;
}

Program p5() {
  Program program(4, 0);
  program.tasks(3, [](unsigned i) -> Program::Body {
    return [i](Program& p) {
      for (unsigned k = 0; k < 5; ++k) {
        p.write(i + 1, p.read(i + 1) + 1);
        p.write(0, p.read(0) + 1);
      }
    };
  });
  return program;
}

Program readers(unsigned readers) {
  Program program(1, 0);
  program.task([](Program& p) { p.write(0, 1); });
  program.tasks(readers, [](unsigned) -> Program::Body { return [](Program& p) { p.read(0); }; });
  return program;
}

Program last_zero(unsigned writers) {
  Program program(writers + 1, 0);
  program.task([writers](Program& p) {
    unsigned i = writers;
    while (p.read(i) != 0) --i;
  });
  program.tasks(writers, [](unsigned i) -> Program::Body {
    return [i](Program& p) { p.write(i + 1, p.read(i) + 1); };
  });
  return program;
}

Program adds(unsigned tasks, unsigned variables) {
  return Program(variables, 0).tasks(tasks, [=](unsigned) -> Program::Body {
    return [=](Program& p) {
      for (unsigned v = 0; v < variables; ++v) p.add(v);
    };
  });
}

Program casrot(unsigned tasks) {
  return Program(1, 0).tasks(tasks, [](unsigned i) -> Program::Body {
    return [i](Program& p) { p.cas(0, static_cast<int>(i), static_cast<int>(i) + 1); };
  });
}

Program wcas(unsigned tasks) {
  return Program(1, 0)
      .task([](Program& p) { p.write(0, 1); })
      .tasks(tasks, [](unsigned i) -> Program::Body {
        return [i](Program& p) { p.cas(0, 1, static_cast<int>(i) + 2); };
      });
}

Program casw(unsigned tasks) {
  return Program(1, 0).tasks(tasks, [](unsigned) -> Program::Body {
    return [](Program& p) {
      p.cas(0, 0, 1);
      p.write(0, 2);
    };
  });
}

Program coa(unsigned n) {
  Program program(3, 0);
  for (const unsigned read : {1U, 2U})
    program.task([read](Program& p) {
      p.write(0, static_cast<int>(read));
      p.read(read);
      p.read(0);
    });
  return program.tasks(n - 1, [](unsigned i) -> Program::Body {
    return [i](Program& p) {
      p.write(1, static_cast<int>(i) + 1);
      p.write(2, static_cast<int>(i) + 1);
    };
  });
}

Program ab_ba() {
  Program program(0, 2);
  program.tasks(2, [](unsigned i) -> Program::Body {
    return [i](Program& p) {
      p.lock(i).lock();
      p.lock(1 - i).lock();
      p.lock(1 - i).unlock();
      p.lock(i).unlock();
    };
  });
  return program;
}

Program philosophers(unsigned count) {
  Program program(0, count);
  program.tasks(count, [count](unsigned i) -> Program::Body {
    return [i, count](Program& p) {
      p.lock(i).lock();
      p.lock((i + 1) % count).lock();
      p.lock((i + 1) % count).unlock();
      p.lock(i).unlock();
    };
  });
  return program;
}

}  // namespace testing
