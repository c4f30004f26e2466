// reports/render/texts_kinds.h - the kinds of records, and what is said of erasures, in English, Swedish
// and Chinese, side by side.
#pragma once

#include <array>

#include "reports/render/text_line.h"

namespace oxpecker::reports {

inline constexpr auto kKindTexts = std::to_array<TextLine>({
    {"kind.decision", "decision", "beslut", "决策"},
    {"kind.refusal", "refused input", "avvisat underlag", "被拒输入"},
    {"kind.failure", "failed request", "misslyckad förfrågan", "失败的请求"},
    {"kind.release", "release", "utgåva", "发布版本"},
    {"kind.report", "report made", "upprättad rapport", "报告生成"},
    {"kind.log_opened", "log opened for writing", "logg öppnad för skrivning", "日志打开写入"},
    {"kind.approval", "approval of a release", "godkännande av utgåva", "发布版本的批准"},
    {"kind.override", "decision overridden by a person", "beslut ändrat av en person", "人工改变的决策"},
    {"kind.review", "review by a person", "granskning av en person", "人工复核"},
    {"kind.contact", "contact with the customer", "kontakt med kunden", "与客户的联系"},
    {"kind.complaint", "complaint", "klagomål", "投诉"},
    {"kind.observation", "outcome observed", "iakttaget utfall", "观察到的结果"},
    {"kind.stop", "engine stopped", "motor stoppad", "引擎停用"},
    {"kind.resume", "engine resumed", "motor återupptagen", "引擎恢复"},
    {"kind.replay", "decisions replayed", "beslut omprövade", "决策重放"},
    {"kind.erasure", "personal data erased", "raderade personuppgifter", "个人数据删除"},
    {"kind.hold", "legal hold", "raderingsspärr", "法律保留"},
    {"kind.hold_release", "legal hold released", "raderingsspärr hävd", "法律保留解除"},
    {"kind.key_rotation", "key exchanged", "nyckel utbytt", "密钥更换"},
    {"kind.checkpoint", "signed head", "signerat huvud", "已签名的日志头"},
    {"kind.anchor", "signed head anchored outside", "signerat huvud förankrat utanför", "日志头外部锚定"},
    {"kind.access", "personal data read", "läsning av personuppgifter", "个人数据读取"},
    {"kind.export", "evidence handed out", "utlämnad bevisning", "证据导出"},
    {"kind.heartbeat", "sign of life", "livstecken", "心跳"},
    {"kind.incident", "incident", "incident", "事件"},
    {"exception.customer_erased",
     "Customers whose data was erased",
     "Kunder vars uppgifter raderades",
     "数据已删除的客户"},
    {"exception.erased_decision",
     "Decisions that were erased, as the log tells",
     "Beslut som raderats, enligt loggen",
     "日志载明已删除的决策"},
    {"exception.key_missing",
     "Decisions whose key is gone without a record of an erasure",
     "Beslut vars nyckel saknas utan att någon radering är loggad",
     "密钥缺失且无删除记录的决策"},
});

}  // namespace oxpecker::reports
