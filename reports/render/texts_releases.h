// reports/render/texts_releases.h - the sentences on which release was in force when and on its tests,
// and on features without a value, in English, Swedish and Chinese, side by side.
#pragma once

#include <array>

#include "reports/render/text_line.h"

namespace oxpecker::reports {

inline constexpr auto kReleaseTexts = std::to_array<TextLine>({
    {"activations.caption",
     "Which release was in force when",
     "Vilken utgåva som gällde när",
     "各发布版本的生效时间"},
    {"activations.intro",
     "Each time a release was put in force it was recorded. A release decides from its record until the next one; the "
     "same release may come back. The first line is the one that was in force when the period began, if one was.",
     "Varje gång en utgåva sattes i kraft registrerades det. En utgåva beslutar från sin post till nästa; samma utgåva "
     "kan komma tillbaka. Den första raden är den som gällde när perioden började, om någon gjorde det.",
     "发布版本每次生效均有记录。一个版本自其记录起作出决策，直至下一版本生效；同一版本可以再次生效。"
     "首行为本期开始时已生效的版本（如有）。"},
    {"activations.before", "in force when the period began", "gällde när perioden började", "本期开始时已生效"},
    {"col.record", "Record", "Post", "记录"},
    {"col.in_force_from", "In force from", "I kraft från", "生效时间"},
    {"col.tests", "Tests", "Tester", "测试"},
    {"tests.passed", "passed", "godkända", "通过"},
    {"tests.failed", "FAILED", "UNDERKÄNDA", "未通过"},
    {"tests.skipped", "SKIPPED by whoever put it in force", "HOPPADES ÖVER av den som satte den i kraft", "由启用者跳过"},
    {"tests.not_run", "NOT RUN: they were not at hand", "KÖRDES INTE: de fanns inte till hands", "未运行：当时没有可用的测试"},
    {"tests.unstated", "not stated", "ej angivet", "未注明"},
    {"exception.tests_skipped",
     "Releases put in force with their tests skipped",
     "Utgåvor som satts i kraft med testerna överhoppade",
     "跳过测试即生效的发布版本"},
    {"exception.tests_not_run",
     "Releases put in force with their tests not run",
     "Utgåvor som satts i kraft utan att testerna kördes",
     "未运行测试即生效的发布版本"},
    {"exception.tests_failed",
     "Releases put in force although their tests failed",
     "Utgåvor som satts i kraft fast testerna underkändes",
     "测试未通过仍生效的发布版本"},
    {"exception.tests_unstated",
     "Releases put in force without a word on their tests",
     "Utgåvor som satts i kraft utan uppgift om tester",
     "生效时未注明测试情况的发布版本"},
    {"exception.pack_version_reused",
     "Pack versions under which more than one release was in force",
     "Paketversioner under vilka mer än en utgåva gällde",
     "同一规则包版本号下有多个发布版本生效"},
    {"exception.threshold_version_reused",
     "Thresholds with more than one value under one version",
     "Tröskelvärden med mer än ett värde under samma version",
     "同一版本号下有多个取值的阈值"},
    {"unknown_features.mostly",
     "{n} more features had no value in at least nine of ten of the {of} decisions read: most customers have nothing "
     "of the kind",
     "Ytterligare {n} kännetecken saknade värde i minst nio av tio av de {of} lästa besluten: de flesta kunder har "
     "inget av det slaget",
     "另有 {n} 项特征在所读 {of} 项决策中至少九成没有值：多数客户并无此类情况"},
});

}  // namespace oxpecker::reports
