/// The switch between fibers as a part of its caller: each return after a switch is mispredicted,
/// since the processor remembers the calls of the fiber that left.
#pragma once

#include <boost/context/detail/fcontext.hpp>

#include "sim/fiber.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define FSWEAVE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FSWEAVE_ASAN 1
#endif
#endif

#ifdef FSWEAVE_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace sim {

struct FiberSwitch {
  /// What a fiber does first after a switch: note where the one that left can be resumed.
  static void arrive(boost::context::detail::transfer_t transfer, [[maybe_unused]] Fiber* self) {
    auto* left = static_cast<Fiber*>(transfer.data);
    left->context_ = transfer.fctx;
#ifdef FSWEAVE_ASAN
    __sanitizer_finish_switch_fiber(self->fake_stack_, &left->stack_bottom_, &left->stack_size_);
#endif
  }

  /// Where a prepared fiber begins.
  static void start(boost::context::detail::transfer_t transfer);

  static Fiber* starting;  ///< the fiber that a switch is about to start for the first time
};

[[gnu::always_inline]] inline void Fiber::switch_to(Fiber& from, Fiber& to,
                                                    [[maybe_unused]] bool dies) {
  FiberSwitch::starting = &to;
#ifdef FSWEAVE_ASAN
  __sanitizer_start_switch_fiber(dies ? nullptr : &from.fake_stack_, to.stack_bottom_,
                                 to.stack_size_);
#endif
  FiberSwitch::arrive(boost::context::detail::jump_fcontext(to.context_, &from), &from);
}

}  // namespace sim
