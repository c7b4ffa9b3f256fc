// SPDX-License-Identifier: MIT
// The only C++ of the suite: hands C tests and their failures to GoogleTest.
#include "bridge.h"

#include <gtest/gtest.h>

namespace
{

class CTest : public ::testing::Test
{
  public:
    explicit CTest(void (*run)()) : run_(run)
    {
    }

    void TestBody() override
    {
        run_();
    }

  private:
    void (*run_)();
};

} // namespace

void vgpu_test_register(const char *suite, const char *name, const char *file, int line,
                        void (*run)(void))
{
    ::testing::RegisterTest(suite, name, nullptr, nullptr, file, line,
                            [run]() -> CTest * { return new CTest(run); });
}

void vgpu_test_fail(const char *file, int line, const char *text)
{
    ADD_FAILURE_AT(file, line) << text;
}

void vgpu_test_skip(const char *file, int line, const char *why)
{
    GTEST_MESSAGE_AT_(file, line, why, ::testing::TestPartResult::kSkip);
}

bool vgpu_test_has_failed(void)
{
    return testing::Test::HasFailure();
}
