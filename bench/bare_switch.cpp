#include "bench/bare_switch.hpp"

#include <boost/context/detail/fcontext.hpp>

namespace bench {
namespace {

namespace boost_context = boost::context::detail;

constexpr std::uint64_t kRoundTrips = 500'000;
constexpr std::uint64_t kDraws = 500'000;

[[noreturn]] void go_back_and_forth(boost_context::transfer_t transfer) {
  while (true) transfer = boost_context::jump_fcontext(transfer.fctx, nullptr);
}

}  // namespace

std::uint64_t BareSwitch::run() {
  // Made anew each time, as the engine does: a context keeps the floating-point status that it was
  // made under, and where two contexts differ in it (one rounded a number since) a switch costs
  // fifteen times as much.
  void* other =
      boost_context::make_fcontext(stack_.get() + kStackBytes, kStackBytes, &go_back_and_forth);
  for (std::uint64_t i = 0; i < kRoundTrips; ++i)
    other = boost_context::jump_fcontext(other, nullptr).fctx;
  return 2 * kRoundTrips;
}

struct RandomHandOver::Access {
  static void arrive(boost_context::transfer_t transfer) {
    static_cast<Stack*>(transfer.data)->context = transfer.fctx;
  }

  static void hand_over(Stack& from, const Stack& to) {
    arrive(boost_context::jump_fcontext(to.context, &from));
  }

  [[noreturn]] static void draw_for_ever(boost_context::transfer_t transfer) {
    Stack& self = *starting;
    arrive(transfer);
    RandomHandOver& owner = *self.owner;
    while (true) {
      owner.recorder_.add(owner.left_, self.number);
      Stack& next =
          owner.left_-- == 0 ? owner.driver_ : owner.stacks_[owner.random_.below(kStacks)];
      if (&next == &self) continue;
      starting = &next;
      hand_over(self, next);
    }
  }

  static inline Stack* starting = nullptr;
};

RandomHandOver::RandomHandOver() : memory_(new char[kStacks * kStackBytes]) {
  for (unsigned i = 0; i < kStacks; ++i) {
    stacks_[i].owner = this;
    stacks_[i].number = i;
  }
}

std::uint64_t RandomHandOver::run() {
  char* top = memory_.get();
  for (Stack& stack : stacks_) {
    top += kStackBytes;
    stack.context = boost_context::make_fcontext(top, kStackBytes, &Access::draw_for_ever);
  }
  left_ = kDraws;
  recorder_.begin();
  Access::starting = &stacks_[0];
  Access::hand_over(driver_, stacks_[0]);
  return kDraws;
}

}  // namespace bench
