// reports/render/texts_reading.h - the sentences of the frame, the reading guide, the population
// and the decisions, in English, Swedish and Chinese, side by side for native readers.
#pragma once

#include <array>

#include "reports/render/text_line.h"

namespace oxpecker::reports {

inline constexpr auto kReadingTexts = std::to_array<TextLine>({
    // frame
    {"brand", "Oxpecker · decision log", "Oxpecker · beslutslogg", "Oxpecker · 决策日志"},
    {"title", "Period report", "Periodrapport", "期间报告"},
    {"draft", "DRAFT, not reviewed", "UTKAST, ej granskad", "草稿，未经复核"},
    {"lede",
     "{entity}: decisions from {from} up to, not including, {to}",
     "{entity}: beslut från {from} till, men inte med, {to}",
     "{entity}：{from} 起至 {to}（不含）的决策"},
    {"alarm",
     "The stored evidence contradicts itself. Nothing in this report may be relied on until "
     "section 6 is resolved.",
     "Den lagrade bevisningen motsäger sig själv. Inget i rapporten kan användas som underlag "
     "förrän avsnitt 6 är utrett.",
     "所存证据自相矛盾。在第 6 节的问题查清之前，本报告的任何内容都不可作为依据。"},
    {"not_stated", "not stated", "ej angivet", "未注明"},
    {"nobody_yet", "nobody yet", "ännu ingen", "尚无"},
    {"nothing", "none", "inget", "无"},
    {"none_0", "none (0)", "inga (0)", "无（0）"},
    {"contents", "Contents", "Innehåll", "目录"},
    {"identification", "Identification", "Identifikation", "报告标识"},
    {"table.none",
     "None: the count over the period is 0.",
     "Inga: antalet i perioden är 0.",
     "无：本期计数为 0。"},
    {"tile.records", "records in the period", "poster i perioden", "本期记录数"},
    {"tile.action",
     "decisions to act or flag",
     "beslut att agera eller flagga",
     "采取行动或作出标记的决策"},
    {"tile.silent", "decisions to stay silent", "beslut att inte säga något", "保持沉默的决策"},
    {"tile.held_back",
     "proposals held back or changed by guards",
     "förslag som spärrar stoppat eller ändrat",
     "被护栏拦下或改动的提议"},
    {"tile.refused", "refused inputs", "avvisade underlag", "被拒绝的输入"},
    {"checks.title", "What {n} checks found", "Vad {n} kontroller visade", "{n} 项检查的结果"},
    {"checks.note",
     "These are counts of checks, not a score: one failure outweighs any number of passes. Each "
     "check stands with its figures in section 6.",
     "Detta är antal kontroller, inte ett betyg: ett enda fel väger tyngre än alla godkända. "
     "Varje kontroll redovisas med sina tal i avsnitt 6.",
     "这里只是各项检查的数目，不是评分：一项不通过的分量重于任何数目的通过。每项检查及其数字见第"
     " 6 节。"},
    {"period.line",
     "{from} to {to}, half-open: the first instant belongs to it, the last does not (UTC)",
     "{from} till {to}, halvöppen: den första tidpunkten ingår, den sista inte (UTC)",
     "{from} 至 {to}，半开区间：含起点，不含终点（UTC）"},
    {"cutoff.line",
     "the log's first {n} records",
     "loggens första {n} poster",
     "日志的前 {n} 条记录"},
    {"sampling.full",
     "full population, no sample drawn",
     "hela populationen, inget urval",
     "全部总体，未抽样"},
    {"record.number", "record {n}", "post {n}", "第 {n} 条记录"},
    {"fact.report_id", "Report", "Rapport", "报告编号"},
    {"fact.entity", "Entity", "Företag", "机构"},
    {"fact.lei", "LEI", "LEI", "LEI 编码"},
    {"fact.log", "Log (scope)", "Logg (omfattning)", "日志（范围）"},
    {"fact.period", "Period", "Period", "期间"},
    {"fact.basis", "Dated by", "Datering efter", "计期依据"},
    {"fact.cutoff", "Data cut-off", "Dataavgränsning", "数据截止"},
    {"fact.sampling", "Sampling", "Urval", "抽样"},
    {"fact.generator", "Made by", "Framställd av", "生成程序"},
    {"fact.generated_at", "Made at", "Framställd", "生成时间"},
    {"fact.preparer", "Prepared by", "Upprättad av", "编制人"},
    {"fact.reviewer", "Reviewed by", "Granskad av", "复核人"},
    {"fact.supersedes", "Supersedes", "Ersätter", "替代的报告"},
    {"fact.digest", "Digest of the content", "Innehållets kontrollsumma", "内容摘要值"},
    {"fact.first_record", "Records of the period", "Periodens poster", "本期记录编号"},
    {"fact.recorded", "Recorded between", "Registrerade mellan", "记录时间范围"},
    {"fact.as_of",
     "Decided for instants between",
     "Beslutade för tidpunkter mellan",
     "决策所依时点范围"},
    {"fact.root", "Root over the whole log", "Rot över hela loggen", "全日志根哈希"},
    {"fact.sealed",
     "Records under a signed head",
     "Poster under signerat huvud",
     "已由签名检查点覆盖"},
    {"fact.anchored",
     "Records anchored with somebody else",
     "Poster förankrade hos någon annan",
     "已由外部锚定"},
    {"fact.records_hashed", "Records recomputed", "Omräknade poster", "重算的记录数"},
    {"fact.bytes_hashed", "Bytes hashed", "Hashade byte", "参与哈希的字节数"},
    {"fact.checkpoints",
     "Signed heads checked",
     "Kontrollerade signerade huvuden",
     "已核验的签名检查点"},
    {"fact.stored", "Records stored", "Lagrade poster", "存储的记录数"},
    {"basis.recorded", "the time of recording", "tiden för registrering", "记录时间"},
    {"basis.as_of",
     "the instant decided for; the time of recording where there is none",
     "tidpunkten som beslutet gäller; tiden för registrering där sådan saknas",
     "决策所依时点；无此时点者按记录时间"},
    {"section.reading",
     "What this is and how to read it",
     "Vad detta är och hur det läses",
     "本报告是什么、如何阅读"},
    {"section.population",
     "The population and why it is complete",
     "Populationen och varför den är fullständig",
     "总体及其完整性"},
    {"section.decisions", "What was decided", "Vad som beslutades", "作出了哪些决策"},
    {"section.silence",
     "What was held back, and by what",
     "Vad som hölls tillbaka, och av vad",
     "拦下了什么、由何拦下"},
    {"section.in_force",
     "Rules and releases in force",
     "Regler och utgåvor i kraft",
     "有效的规则与版本"},
    {"section.integrity",
     "Integrity and checks",
     "Integritet och kontroller",
     "完整无损与各项检查"},
    {"section.exceptions", "Exceptions", "Undantag", "例外"},
    {"section.limits",
     "What this report cannot say",
     "Vad rapporten inte kan säga",
     "本报告的局限"},
    // reading
    {"reading.what",
     "Oxpecker proposes actions to a bank's customers by rules that are written down, and "
     "records every decision in an append-only log, including the decision to say nothing. This "
     "report counts what the log holds for one period. It is made from the verified log and "
     "from nothing else, so it cannot say what the log does not hold.",
     "Oxpecker föreslår åtgärder för en banks kunder enligt nedskrivna regler och för in varje "
     "beslut i en logg som bara kan växa, även beslutet att inte säga något. Rapporten räknar "
     "vad loggen innehåller för en period. Den bygger på den verifierade loggen och på inget "
     "annat, och kan därför inte säga något som loggen inte innehåller.",
     "Oxpecker 按成文规则向银行客户提出行动建议，并把每一项决策（包括保持沉默的决策）写入只增不"
     "减的日志。本报告统计日志在某一期间的内容，只依据经过验证的日志，因此不会说出日志中没有的东"
     "西。"},
    {"reading.how",
     "Start with the states of the checks, then with section 7: what did not go as it should. "
     "Numbers of records, such as 118, can be looked up in the log; a regulator can verify the "
     "log without this program's help.",
     "Börja med kontrollernas utfall och sedan avsnitt 7: det som inte gick som det skulle. "
     "Postnummer, till exempel 118, kan slås upp i loggen; en tillsynsmyndighet kan verifiera "
     "loggen utan hjälp av detta program.",
     "请先看各项检查的结果，再看第 7 节：哪些事未按预期进行。记录编号（例如 118）可在日志中查到"
     "；监管者无需借助本程序即可验证日志。"},
    {"reading.states", "The states of a check", "Kontrollernas utfall", "检查的几种结果"},
    {"reading.ratios",
     "Shares are printed as two numbers, part / whole, and never as a percentage. † marks a "
     "whole of fewer than 30: too few to compare.",
     "Andelar anges som två tal, del / helhet, och aldrig i procent. † markerar en helhet under "
     "30: för få för jämförelser.",
     "占比一律写成两个数（部分 / 整体），不用百分比。† 表示整体不足 30：太少，不宜比较。"},
    {"reading.privacy",
     "The report holds no customer ids and no values of customers' data. To make it, only the "
     "sections “decision” and “manifest” of the records were opened.",
     "Rapporten innehåller inga kund-id och inga värden ur kunders uppgifter. Endast posternas "
     "avsnitt ”decision” och ”manifest” har öppnats för att göra den.",
     "本报告不含客户编号，也不含客户数据的值。制作时只打开了记录中的 “decision” 与 “manifest” 两"
     "部分。"},
    {"reading.digest",
     "The digest covers the whole content in its machine-readable form. Made again from the "
     "same log and question it is the same, in any language; names and the time of making are "
     "outside it.",
     "Kontrollsumman täcker hela innehållet i dess maskinläsbara form. Görs rapporten om från "
     "samma logg och fråga blir den densamma, på alla språk; namn och tidpunkt för "
     "framställning ingår inte.",
     "摘要值覆盖机器可读形式的全部内容。以相同日志和相同查询重新生成，无论何种语言，摘要值都相同"
     "；姓名与生成时间不在其内。"},
    {"check_state.pass", "shown", "visat", "已证实"},
    {"check_state.fail", "contradicted", "motsagt", "被证伪"},
    {"check_state.gap", "gap", "lucka", "证据缺口"},
    {"check_state.no_occurrence", "no occurrence", "förekom inte", "未发生"},
    {"check_state.attestation_needed", "needs a person", "kräver en person", "需人员确认"},
    {"check_state_meaning.pass",
     "The log holds evidence that shows it.",
     "Loggen innehåller bevisning som visar det.",
     "日志中有证据予以证明。"},
    {"check_state_meaning.fail",
     "The evidence contradicts it.",
     "Bevisningen motsäger det.",
     "证据与之相悖。"},
    {"check_state_meaning.gap",
     "The evidence is missing, or cannot be opened. It counts against, never in favour.",
     "Bevisningen saknas eller kan inte öppnas. Det räknas emot, aldrig till godo.",
     "证据缺失或无法打开。只作不利考虑，绝不作有利考虑。"},
    {"check_state_meaning.no_occurrence",
     "Nothing of the kind happened in the period, and the population is proven.",
     "Inget sådant inträffade i perioden, och populationen är bevisad.",
     "本期未发生此类情形，且总体已得到证明。"},
    {"check_state_meaning.attestation_needed",
     "The log alone cannot show it; a person has to confirm it.",
     "Loggen kan inte ensam visa det; en person måste bekräfta.",
     "仅凭日志无法证明，须由人员确认。"},
    // population
    {"population.empty",
     "0 records in this period; the log holds {n}, from {from} to {to}.",
     "0 poster i denna period; loggen innehåller {n}, från {from} till {to}.",
     "本期无记录；日志共有 {n} 条，自 {from} 至 {to}。"},
    {"population.other_basis",
     "By the other basis ({basis}) {n} records lie in this period.",
     "Efter den andra tidsgrunden ({basis}) ligger {n} poster i perioden.",
     "按另一时间口径（{basis}），本期有 {n} 条记录。"},
    {"thresholds.caption",
     "Thresholds, with every value they had",
     "Tröskelvärden, med varje värde de haft",
     "阈值及其各个取值"},
    {"col.value", "Value", "Värde", "取值"},
    {"col.since", "Recorded since", "Registrerat sedan", "登记起始"},
    {"population.intro",
     "Each record of the log was read once and falls before, into or after the period. All of "
     "those in the period are counted; no sample was drawn.",
     "Varje post i loggen har lästs en gång och faller före, i eller efter perioden. Alla i "
     "perioden räknas; inget urval gjordes.",
     "日志的每条记录都读取一次，归入期前、期内或期后。期内记录全部计入，未抽样。"},
    {"population.caption", "Records by kind", "Poster efter slag", "按种类统计的记录"},
    {"control_total.caption", "Control total", "Kontrollsumma över antalet", "控制总数"},
    {"control_total.before", "before the period", "före perioden", "期前"},
    {"control_total.inside", "in the period", "i perioden", "期内"},
    {"control_total.after", "after the period", "efter perioden", "期后"},
    {"control_total.sum",
     "sum: records read for this report",
     "summa: poster lästa för rapporten",
     "合计：本报告读取的记录"},
    {"control_total.proven",
     "records that the verification proved",
     "poster som verifieringen bevisat",
     "经验证证明的记录"},
    {"population.method",
     "How completeness is shown: records are numbered from 0 without a gap; each contains the "
     "hash of the one before; the root over all of them was recomputed from the stored bytes; "
     "signed heads were checked against that root; and the sum over all kinds equals the size "
     "of the log. A record whose encrypted parts were erased still counts, because its kind and "
     "time lie in the open header.",
     "Så visas fullständigheten: posterna är numrerade från 0 utan lucka; var och en innehåller "
     "den föregåendes hashvärde; roten över alla har räknats om ur de lagrade byten; signerade "
     "huvuden har jämförts med den roten; och summan över alla slag är lika med loggens "
     "storlek. En post vars krypterade delar raderats räknas ändå, eftersom slag och tid står i "
     "den öppna rubriken.",
     "完整性的证明方式：记录自 0 起连续编号；每条都含前一条的哈希；依据所存字节重算了全部记录的"
     "根哈希；签名检查点已与该根核对；各种类之和等于日志大小。加密部分已被擦除的记录仍然计入，因"
     "为其种类和时间在公开的头部。"},
    {"population.levels",
     "Appended means durable and numbered. Sealed means covered by a signed head. Anchored "
     "means that a signed head lies outside the bank's reach. Nothing in this log is known to "
     "be anchored: whoever holds the signing key and the database could rebuild both together, "
     "and this report would not show it. Handing signed heads to a second party closes that gap.",
     "Tillförd betyder varaktigt lagrad och numrerad. Förseglad betyder täckt av ett signerat "
     "huvud. Förankrad betyder att ett signerat huvud ligger utom bankens räckhåll. Inget i "
     "loggen är känt som förankrat: den som har både signeringsnyckeln och databasen kan bygga "
     "om båda tillsammans, och rapporten skulle inte visa det. Luckan sluts genom att lämna "
     "signerade huvuden till en annan part.",
     "“已追加”指已持久保存并编号；“已封存”指被签名检查点覆盖；“已锚定”指签名检查点存放在银行无法"
     "触及之处。目前没有证据表明本日志的任何部分已锚定：同时掌握签名密钥和数据库的人可将两者一并"
     "重造，而本报告无从发现。把签名检查点交给第二方即可弥补此缺口。"},
    {"checkpoint.title",
     "The last signed head",
     "Det senaste signerade huvudet",
     "最新的签名检查点"},
    {"checkpoint.intro",
     "Verbatim, to be compared with a copy that somebody else holds:",
     "Ordagrant, att jämföra med en kopia som någon annan har:",
     "原文如下，供与他人持有的副本比对："},
    {"checkpoint.none",
     "None whose signature was checked. The log's public key is needed for that.",
     "Inget vars signatur kontrollerats. Loggens publika nyckel behövs för det.",
     "没有经过验签的检查点。验签需要日志的公钥。"},
    // decisions
    {"decisions.intro",
     "{decisions} decisions, {refusals} refused inputs and {failures} requests that failed are "
     "on record for the period.",
     "{decisions} beslut, {refusals} avvisade underlag och {failures} misslyckade förfrågningar "
     "är registrerade för perioden.",
     "本期记录有 {decisions} 项决策、{refusals} 份被拒绝的输入、{failures} 次失败的请求。"},
    {"outcomes.caption", "Requests by outcome", "Förfrågningar efter utfall", "按结果统计的请求"},
    {"events.caption",
     "Requests by event and outcome",
     "Förfrågningar efter händelse och utfall",
     "按事件与结果统计的请求"},
    {"over_time.caption",
     "Requests over time (UTC)",
     "Förfrågningar över tid (UTC)",
     "请求随时间的分布（UTC）"},
    {"over_time.description",
     "Bars of requests by outcome; the table that follows holds the same numbers.",
     "Staplar med förfrågningar efter utfall; tabellen efter innehåller samma tal.",
     "按结果统计的请求柱状图；其后的表格给出相同数字。"},
    {"actions.intro",
     "{read} proposals are described in the sections that were opened; the open headers of the "
     "decisions state {headers}. Each ends in exactly one of these states.",
     "{read} förslag beskrivs i de avsnitt som öppnats; beslutens öppna rubriker anger "
     "{headers}. Vart och ett slutar i exakt ett av dessa tillstånd.",
     "已打开的部分中记载了 {read} 项提议；决策的公开头部合计为 {headers} 项。每项提议恰好以下列"
     "一种状态告终。"},
    {"actions.caption",
     "Proposals by action and end state",
     "Förslag efter åtgärd och sluttillstånd",
     "按行动与最终状态统计的提议"},
    {"human.caption",
     "Outcomes by action and human involvement",
     "Utfall efter åtgärd och mänsklig medverkan",
     "按行动与人工参与统计的结果"},
    {"flags.caption", "Flags raised", "Satta flaggor", "作出的标记"},
    {"reasons.caption", "Reasons that decided", "Skäl som avgjorde", "起决定作用的理由"},
    {"outcome.action", "acted or flagged", "agerade eller flaggade", "行动或标记"},
    {"outcome.silent", "silent", "tyst", "沉默"},
    {"outcome.refused", "refused", "avvisad", "被拒绝"},
    {"outcome.failed", "failed", "misslyckad", "失败"},
    {"outcome.unstated", "not stated", "ej angivet", "未注明"},
    {"outcome_meaning.action",
     "At least one action or flag came out.",
     "Minst en åtgärd eller flagga blev resultatet.",
     "至少产生一项行动或标记。"},
    {"outcome_meaning.silent",
     "Nothing was said: nothing was proposed, or all of it was held back.",
     "Inget sades: inget föreslogs, eller allt hölls tillbaka.",
     "未作任何表示：没有提议，或提议全部被拦下。"},
    {"outcome_meaning.refused",
     "The input was not acceptable; no decision was made.",
     "Underlaget kunde inte godtas; inget beslut fattades.",
     "输入不可接受，未作决策。"},
    {"outcome_meaning.failed",
     "The input was acceptable and could not be decided.",
     "Underlaget godtogs men kunde inte beslutas.",
     "输入可接受但未能作出决策。"},
    {"outcome_meaning.unstated",
     "The header does not state an outcome that this program knows.",
     "Rubriken anger inget utfall som programmet känner till.",
     "头部未注明本程序所知的结果。"},
    {"state.selected", "selected", "valt", "选中"},
    {"state.outranked", "outranked", "utkonkurrerat", "排序落选"},
    {"state.downgraded", "downgraded", "nedgraderat", "降级"},
    {"state.deferred", "deferred", "uppskjutet", "推迟"},
    {"state.suppressed", "suppressed", "stoppat", "拦下"},
    {"human.none", "not involved", "inte inblandad", "不参与"},
    {"human.offered", "offered", "erbjuden", "可选人工"},
    {"human.required", "required", "nödvändig", "须由人工处理"},
    {"human.unstated", "not stated", "ej angivet", "未注明"},
});

}  // namespace oxpecker::reports
