#include "engine/look_alike.h"

#include <gtest/gtest.h>

namespace oxpecker::engine {
namespace {

TEST(LookAlike, WhatPeopleCannotTellApartHasOneForm) {
  EXPECT_EQ(LookAlikeForm("\u00c5sa"), LookAlikeForm("A\u030asa"));
  EXPECT_EQ(LookAlikeForm("tomas"), LookAlikeForm("Tomas "));
  EXPECT_EQ(LookAlikeForm("tomas"), LookAlikeForm("\u00a0tomas"));
  EXPECT_EQ(LookAlikeForm("c1"), LookAlikeForm("\uff431")) << "a wide c";
  EXPECT_EQ(LookAlikeForm("tomas"), LookAlikeForm("to\u00admas")) << "a soft hyphen";
  EXPECT_NE(LookAlikeForm("tomas"), LookAlikeForm("thomas"));
  EXPECT_NE(LookAlikeForm("\u00c5sa"), LookAlikeForm("Asa"));
  EXPECT_EQ(LookAlikeForm(""), "");
  EXPECT_EQ(LookAlikeForm("\xff"), "\xff") << "not UTF-8: as it is";
}

}  // namespace
}  // namespace oxpecker::engine
