#include "sim/fiber.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "sim/assert.hpp"
#include "sim/fiber_switch.hpp"

namespace sim {

Fiber* FiberSwitch::starting = nullptr;

void FiberSwitch::start(boost::context::detail::transfer_t transfer) {
  Fiber* self = starting;
  arrive(transfer, self);
  self->entry_(self->argument_);
  bug("entry returned", __FILE__, __LINE__, "a fiber ran off its end");
}

void Fiber::prepare(void* bottom, std::size_t size, Entry entry, void* argument) {
  entry_ = entry;
  argument_ = argument;
  stack_bottom_ = bottom;
  stack_size_ = size;
  fake_stack_ = nullptr;
#ifdef FSWEAVE_ASAN
  // An abandoned fiber leaves poisoned frames behind; the next owner of the stack must not trip
  // over them.
  __asan_unpoison_memory_region(bottom, size);
#endif
  context_ = boost::context::detail::make_fcontext(static_cast<char*>(bottom) + size, size,
                                                   &FiberSwitch::start);
}

/// Where a fiber goes on is the address to which its stack had grown (fcontext_t of Boost.Context).
Stack Fiber::stack_in_use() const {
  const auto* top = static_cast<const char*>(stack_bottom_) + stack_size_;
  return {context_, static_cast<std::size_t>(top - static_cast<const char*>(context_))};
}

namespace {

struct GuardRange {
  std::uintptr_t begin;
  std::uintptr_t end;
};

constexpr std::size_t kMaxGuards = 4096;
GuardRange guards[kMaxGuards];
std::size_t guard_count = 0;

#ifndef FSWEAVE_ASAN
void on_fault(int signal, siginfo_t* info, void*) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (std::size_t i = 0; i < guard_count; ++i) {
    if (address >= guards[i].begin && address < guards[i].end)
      bug("stack overflow", __FILE__, __LINE__, "a task overflowed its fiber stack");
  }
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

/// Asked for with each pool: whoever runs the engine (a test runner) may have set a handler of its
/// own since.
void watch_guard_pages() {
  static char alternate[64 * 1024];
  stack_t stack{};
  stack.ss_sp = alternate;
  stack.ss_size = sizeof alternate;
  ::sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  ::sigaction(SIGSEGV, &action, nullptr);
}
#else
void watch_guard_pages() {}
#endif

std::size_t page_bytes() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

}  // namespace

StackPool::StackPool(std::size_t stack_bytes) : stack_bytes_(stack_bytes) { watch_guard_pages(); }

StackPool::~StackPool() {
  for (const Stack& stack : stacks_) {
    char* mapping = static_cast<char*>(stack.bottom) - page_bytes();
    const auto begin = reinterpret_cast<std::uintptr_t>(mapping);
    for (std::size_t i = 0; i < guard_count; ++i)
      if (guards[i].begin == begin) guards[i--] = guards[--guard_count];
#ifdef FSWEAVE_ASAN
    __asan_unpoison_memory_region(stack.bottom, stack.size);
#endif
    ::munmap(mapping, stack.size + page_bytes());
  }
}

Stack StackPool::take() {
  if (next_ == stacks_.size()) {
    const std::size_t guard = page_bytes();
    void* mapping = ::mmap(nullptr, stack_bytes_ + guard, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    FSW_ASSERT(mapping != MAP_FAILED, "no memory for a fiber stack");
    FSW_ASSERT(::mprotect(mapping, guard, PROT_NONE) == 0, "no guard page for a fiber stack");
    if (guard_count < kMaxGuards) {
      const auto begin = reinterpret_cast<std::uintptr_t>(mapping);
      guards[guard_count++] = {begin, begin + guard};
    }
    stacks_.push_back({static_cast<char*>(mapping) + guard, stack_bytes_});
  }
  return stacks_[next_++];
}

}  // namespace sim
