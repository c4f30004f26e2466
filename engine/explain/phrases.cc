#include "engine/explain/phrases.h"

#include <array>
#include <span>

namespace oxpecker::engine {
namespace {

struct PhraseRow {
  Phrase phrase;
  std::array<std::string_view, voice::kLanguageCount> sentences;  // in the order of voice::Language
};

constexpr PhraseRow kPhrases[] = {
    // Titles and headings for officers.
    {Phrase::kOfficerTitle, {"Decision explained", "Beslutet förklarat", "决策说明"}},
    {Phrase::kInShort, {"In short", "I korthet", "概要"}},
    {Phrase::kWhatWasDecided, {"What was decided", "Vad som beslutades", "决策内容"}},
    {Phrase::kFlags, {"Internal flags", "Interna flaggor", "内部标记"}},
    {Phrase::kWhyProposed, {"Why", "Varför", "原因"}},
    {Phrase::kHeldBack, {"What was held back, and why", "Vad som hölls tillbaka, och varför", "哪些被拦下，原因是什么"}},
    {Phrase::kAlsoNoted, {"Also noted", "Också noterat", "其他记录"}},
    {Phrase::kWhatWasUnknown, {"What was unknown", "Vad som var okänt", "哪些是未知的"}},
    {Phrase::kRulesNotMet, {"Rules that were asked and did not apply", "Regler som prövades och inte gällde", "已检查但不适用的规则"}},
    {Phrase::kFeatures, {"Features and their values", "Kännetecken och deras värden", "特征及其取值"}},
    {Phrase::kRefusedInput, {"Why the input was refused", "Varför underlaget avvisades", "输入被拒绝的原因"}},
    {Phrase::kRecord, {"The record", "Posten", "记录"}},
    {Phrase::kDecisiveGuard, {"The guard that decided requires: {title}", "Spärren som avgjorde kräver: {title}", "起决定作用的护栏要求：{title}"}},
    {Phrase::kOtherObjections, {"Other objections", "Övriga invändningar", "其他异议"}},
    {Phrase::kEveryGuard, {"Every guard", "Alla spärrar", "全部护栏"}},
    {Phrase::kFigures, {"Figures that the texts quote", "Uppgifter som texterna nämner", "文字中引用的数据"}},

    // Columns and labels.
    {Phrase::kResult, {"Result", "Resultat", "结果"}},
    {Phrase::kEvent, {"Event", "Händelse", "事件"}},
    {Phrase::kAsOf, {"As of", "Per", "截至"}},
    {Phrase::kOutcomes, {"Outcomes", "Utfall", "结果数"}},
    {Phrase::kHeldBackCount, {"Held back", "Tillbakahållna", "被拦下"}},
    {Phrase::kWithoutAnswer, {"Without an answer", "Utan svar", "没有答案"}},
    {Phrase::kAction, {"Action", "Åtgärd", "行动"}},
    {Phrase::kChannel, {"Channel", "Kanal", "渠道"}},
    {Phrase::kPerson, {"Person", "Person", "人工"}},
    {Phrase::kDetail, {"Detail", "Utförlighet", "详略"}},
    {Phrase::kCondition, {"Condition", "Villkor", "条件"}},
    {Phrase::kWithValues, {"With values", "Med värden", "代入取值"}},
    {Phrase::kRule, {"Rule", "Regel", "规则"}},
    {Phrase::kGuard, {"Guard", "Spärr", "护栏"}},
    {Phrase::kVerdict, {"Verdict", "Besked", "裁定"}},
    {Phrase::kReason, {"Reason", "Skäl", "理由"}},
    {Phrase::kStage, {"Stage", "Steg", "阶段"}},
    {Phrase::kWhat, {"What", "Vad", "内容"}},
    {Phrase::kCause, {"Cause", "Orsak", "起因"}},
    {Phrase::kFeature, {"Feature", "Kännetecken", "特征"}},
    {Phrase::kValue, {"Value", "Värde", "取值"}},
    {Phrase::kVersion, {"Version", "Version", "版本"}},
    {Phrase::kPlace, {"Place", "Plats", "位置"}},
    {Phrase::kProblem, {"Problem", "Problem", "问题"}},
    {Phrase::kCode, {"Code", "Kod", "代码"}},
    {Phrase::kDecisionId, {"Decision", "Beslut", "决策编号"}},
    {Phrase::kSequence, {"Number in the log", "Nummer i loggen", "日志序号"}},
    {Phrase::kRelease, {"Release", "Utgåva", "发布版本"}},
    {Phrase::kPack, {"Rulebook", "Regelbok", "规则手册"}},
    {Phrase::kEngine, {"Engine", "Motor", "引擎"}},
    {Phrase::kCandidates, {"Candidates", "Förslag", "提议"}},

    // What happened.
    {Phrase::kResultAction, {"something is done", "något görs", "有所行动"}},
    {Phrase::kResultSilent, {"silence", "tystnad", "保持沉默"}},
    {Phrase::kResultRefused, {"the input was refused", "underlaget avvisades", "输入被拒绝"}},
    {Phrase::kNothingDecided, {"The customer is told nothing.", "Kunden får inte veta något.", "不向客户发送任何内容。"}},
    {Phrase::kNothingHeldBack, {"Nothing was held back.", "Inget hölls tillbaka.", "没有被拦下的内容。"}},
    {Phrase::kNothingUnknown, {"Everything that was asked had an answer.", "Allt som prövades fick ett svar.", "所有检查都有答案。"}},
    {Phrase::kNothingProposed, {"No rule proposed anything.", "Ingen regel föreslog något.", "没有规则提出建议。"}},
    {Phrase::kProposedBy, {"Proposed by rule {rule}, version {version}: {title}", "Föreslogs av regel {rule}, version {version}: {title}", "由规则 {rule}（版本 {version}）提出：{title}"}},
    {Phrase::kAlsoProposedBy, {"Also proposed by rule {rule}, version {version}: {title}", "Föreslogs också av regel {rule}, version {version}: {title}", "规则 {rule}（版本 {version}）也提出：{title}"}},
    {Phrase::kRationale, {"Why the rule exists: {text}", "Varför regeln finns: {text}", "规则的依据：{text}"}},
    {Phrase::kWholeCondition, {"The whole condition: {text}", "Hela villkoret: {text}", "完整条件：{text}"}},
    {Phrase::kTableRow, {"row {row}", "rad {row}", "第 {row} 行"}},
    {Phrase::kRanking, {"Tier {tier}, need {need}, rank {rank} (need times value to the customer).", "Nivå {tier}, behov {need}, rang {rank} (behov gånger värde för kunden).", "层级 {tier}，需求 {need}，排序 {rank}（需求乘以对客户的价值）。"}},
    {Phrase::kGuardCount, {"Guards: {count}. Without objection: {pass}; not applicable: {skipped}; objecting or without an answer: {rest}.", "Spärrar: {count}. Utan invändning: {pass}; ej tillämpliga: {skipped}; med invändning eller utan svar: {rest}.", "护栏：{count} 条。无异议：{pass}；不适用：{skipped}；有异议或无答案：{rest}。"}},
    {Phrase::kHeldBackByGuard, {"Stopped or changed by guard {guard}, version {version}, which requires: {title}", "Stoppades eller ändrades av spärr {guard}, version {version}, som kräver: {title}", "由护栏 {guard}（版本 {version}）拦下或更改，其要求是：{title}"}},
    {Phrase::kHeldBackByArbitration, {"Something that matters more to the customer came first, and one interruption is enough.", "Något som är viktigare för kunden kom först, och ett avbrott räcker.", "对客户更重要的事项优先，一次打扰已经足够。"}},
    {Phrase::kMovedByArbitration, {"Something that matters more to the customer came first, so this waits in the feed without interrupting.", "Något som är viktigare för kunden kom först, så det här väntar i flödet utan att störa.", "对客户更重要的事项优先，因此此项放入消息页，不打扰客户。"}},
    {Phrase::kHeldBackByDelivery, {"There is no channel that the customer allows for this.", "Det finns ingen kanal som kunden tillåter för detta.", "没有客户允许用于此项的渠道。"}},
    {Phrase::kDeferredByDelivery, {"It waits until the customer's quiet hours are over.", "Det väntar tills kundens tysta timmar är över.", "等到客户的免打扰时段结束后再送达。"}},
    {Phrase::kDeferredNote, {"{channel}, later", "{channel}, senare", "{channel}，稍后"}},
    {Phrase::kGuardFor, {"{guard}, asked about {action}", "{guard}, prövad för {action}", "{guard}，针对 {action}"}},
    {Phrase::kGuardObjects, {"It objects where this holds:", "Den invänder när detta är uppfyllt:", "以下条件成立时，该护栏提出异议："}},
    {Phrase::kNoValue, {"(not known)", "(okänt)", "（未知）"}},
    {Phrase::kRefusedMeaning, {"Nothing was decided: the input does not fit the schema. Every problem is listed.", "Inget beslutades: underlaget följer inte schemat. Alla problem anges.", "没有作出决策：输入不符合模式。以下列出全部问题。"}},

    // Words of the record.
    {Phrase::kHolds, {"holds", "uppfyllt", "成立"}},
    {Phrase::kFails, {"does not hold", "ej uppfyllt", "不成立"}},
    {Phrase::kUnknown, {"no answer", "inget svar", "没有答案"}},
    {Phrase::kNotReached, {"not asked", "ej prövat", "未检查"}},
    {Phrase::kStateSelected, {"selected", "vald", "选中"}},
    {Phrase::kStateSuppressed, {"suppressed", "stoppad", "被拦下"}},
    {Phrase::kStateDeferred, {"deferred", "uppskjuten", "被推迟"}},
    {Phrase::kStateDowngraded, {"downgraded to a channel that does not interrupt", "nedgraderad till en kanal som inte stör", "降级到不打扰的渠道"}},
    {Phrase::kStateOutranked, {"outranked", "utkonkurrerad", "被更重要的事项取代"}},
    {Phrase::kVerdictSkipped, {"does not apply", "gäller inte", "不适用"}},
    {Phrase::kVerdictPass, {"no objection", "ingen invändning", "无异议"}},
    {Phrase::kVerdictBypass, {"objects; noted, not obeyed, because this protects the customer", "invänder; noteras men följs inte, eftersom detta skyddar kunden", "有异议；因保护客户而记录但不执行"}},
    {Phrase::kVerdictUnknownPass, {"no answer; let through, because this protects the customer", "inget svar; släpps igenom, eftersom detta skyddar kunden", "没有答案；因保护客户而放行"}},
    {Phrase::kVerdictDowngrade, {"objects: not as an interruption", "invänder: inte som ett avbrott", "有异议：不得打扰"}},
    {Phrase::kVerdictDefer, {"objects: not now", "invänder: inte nu", "有异议：暂缓"}},
    {Phrase::kVerdictUnknownBlock, {"no answer; stopped, because missing data never makes an offer", "inget svar; stoppas, eftersom saknade uppgifter aldrig ger ett erbjudande", "没有答案；因缺少数据不得推荐而拦下"}},
    {Phrase::kVerdictBlock, {"objects: stopped", "invänder: stoppas", "有异议：拦下"}},
    {Phrase::kChannelPush, {"push notification", "pushnotis", "推送通知"}},
    {Phrase::kChannelEmail, {"e-mail", "e-post", "电子邮件"}},
    {Phrase::kChannelSms, {"text message", "sms", "短信"}},
    {Phrase::kChannelLetter, {"letter", "brev", "信件"}},
    {Phrase::kChannelFeed, {"feed, without interrupting", "flödet, utan att störa", "消息页，不打扰"}},
    {Phrase::kChannelInJourney, {"where the customer is at work", "där kunden just är", "客户正在办理的页面"}},
    {Phrase::kChannelHumanCall, {"call by a person", "samtal från en person", "人工致电"}},
    {Phrase::kChannelInternal, {"internal", "internt", "内部"}},
    {Phrase::kHumanNone, {"none needed", "behövs inte", "不需要"}},
    {Phrase::kHumanOffered, {"offered", "erbjuds", "可提供"}},
    {Phrase::kHumanRequired, {"required", "krävs", "必须"}},
    {Phrase::kDetailBrief, {"brief", "kort", "简短"}},
    {Phrase::kDetailStandard, {"standard", "normal", "标准"}},
    {Phrase::kDetailDetailed, {"detailed", "utförlig", "详细"}},
    {Phrase::kStageFreshness, {"1 freshness", "1 aktualitet", "1 时效"}},
    {Phrase::kStageConsistency, {"2 consistency", "2 samstämmighet", "2 一致性"}},
    {Phrase::kStageEligibility, {"3 eligibility", "3 behörighet", "3 资格"}},
    {Phrase::kStageConsent, {"4 consent", "4 samtycke", "4 同意"}},
    {Phrase::kStageSensitivity, {"5 sensitivity", "5 känslighet", "5 敏感性"}},
    {Phrase::kStageVulnerability, {"6 vulnerability", "6 utsatthet", "6 弱势保护"}},
    {Phrase::kStageSuitability, {"7 suitability", "7 lämplighet", "7 适当性"}},
    {Phrase::kStageFatigue, {"8 fatigue", "8 kontakttrötthet", "8 打扰疲劳"}},
    {Phrase::kCauseMissing, {"a fact is absent", "en uppgift saknas", "缺少事实"}},
    {Phrase::kCauseNull, {"a value is empty", "ett värde är tomt", "取值为空"}},
    {Phrase::kCauseType, {"a value has the wrong type", "ett värde har fel typ", "取值类型不符"}},
    {Phrase::kCauseDomain, {"a value is outside what can be calculated with", "ett värde går inte att räkna med", "取值超出可计算范围"}},
    {Phrase::kCauseArgument, {"a function got the wrong arguments", "en funktion fick fel argument", "函数参数有误"}},
    {Phrase::kCauseLimit, {"a limit was reached", "en gräns nåddes", "达到限制"}},
    {Phrase::kCauseConflict, {"rows of a table contradict each other", "rader i en tabell motsäger varandra", "表格的行相互矛盾"}},

    // For customers.
    {Phrase::kCustomerTitle, {"What we would like to tell you", "Det här vill vi berätta för dig", "我们想告诉您的事"}},
    {Phrase::kCustomerSilentTitle, {"Nothing to tell you today", "Inget att berätta i dag", "今天没有需要告诉您的事"}},
    {Phrase::kCustomerRefusedTitle, {"We could not look at this today", "Vi kunde inte titta på det här i dag", "今天我们没能完成查看"}},
    {Phrase::kCustomerSilent, {"There is nothing that we need to tell you today. You do not have to do anything.", "Det finns inget som vi behöver berätta för dig i dag. Du behöver inte göra någonting.", "今天没有需要告诉您的事，您不用做任何事。"}},
    {Phrase::kCustomerRefused, {"The information that we have could not be used as it stands, so nothing has been decided about you. You do not have to do anything, and you are always welcome to talk to a person.", "Uppgifterna som vi har gick inte att använda som de är, så inget har bestämts om dig. Du behöver inte göra någonting, och du är alltid välkommen att prata med en person hos oss.", "我们手上的信息暂时无法使用，因此没有对您做出任何决定。您不用做任何事，也随时欢迎您找我们的工作人员谈谈。"}},
    {Phrase::kCustomerPush, {"You get this as a notification in the app.", "Du får det här som en avisering i appen.", "我们会在手机应用里通知您。"}},
    {Phrase::kCustomerEmail, {"You get this by e-mail.", "Du får det här med e-post.", "我们会用电子邮件发给您。"}},
    {Phrase::kCustomerSms, {"You get this as a text message.", "Du får det här som sms.", "我们会用短信发给您。"}},
    {Phrase::kCustomerLetter, {"You get this as a letter.", "Du får det här som brev.", "我们会寄信给您。"}},
    {Phrase::kCustomerFeed, {"You find this in the app whenever it suits you; we do not interrupt you.", "Det ligger i appen tills det passar dig; vi stör dig inte.", "它就在应用的消息页里，您方便时再看，我们不会打扰您。"}},
    {Phrase::kCustomerInJourney, {"You see this right where you are, before you go on.", "Du ser det här precis där du är, innan du går vidare.", "它会出现在您正在办理的页面上，在您继续之前。"}},
    {Phrase::kCustomerHumanCall, {"One of us gives you a call.", "En av oss ringer dig.", "我们的工作人员会给您打电话。"}},
    {Phrase::kCustomerDeferred, {"It can wait, so we choose a calmer time for it.", "Det kan vänta, så vi väljer en lugnare stund.", "这件事不急，我们会选一个更合适的时间。"}},
    {Phrase::kCustomerHumanOffered, {"If you would rather do this together with a person, we are glad to help.", "Vill du hellre göra det tillsammans med en person hjälper vi gärna till.", "如果您想有人陪您一起办理，我们很乐意帮忙。"}},
    {Phrase::kCustomerHumanRequired, {"A person at the bank goes through this together with you.", "En person på banken går igenom det här tillsammans med dig.", "银行的工作人员会和您一起处理这件事。"}},
    {Phrase::kCustomerChoices, {"It is your choice: yes, not now, or never again. You can also ask to talk to a person.", "Du väljer själv: ja, inte nu eller aldrig mer. Du kan också be att få prata med en person.", "由您决定：可以接受，可以暂时不要，也可以选择不再提醒。您也可以要求和工作人员谈谈。"}},
    {Phrase::kCustomerProtection, {"This is here to protect you. If anything is unclear, you can talk to a person before you go on.", "Det här är till för att skydda dig. Är något oklart kan du prata med en person innan du går vidare.", "这是为了保护您。如果有不清楚的地方，您可以先和工作人员谈谈再继续。"}},
    {Phrase::kCustomerLookedAt, {"What we looked at", "Det här har vi tittat på", "我们查看了什么"}},
    {Phrase::kCustomerLookedAtList, {"On {date} we looked at {list}, to see whether we could be of help. You can ask us at any time what we know about you and how we use it.", "Den {date} tittade vi på {list} för att se om vi kunde vara till hjälp. Du kan när som helst fråga oss vad vi vet om dig och hur vi använder det.", "{date}，我们查看了{list}，看看能不能帮到您。您随时可以询问我们掌握您的哪些信息、如何使用这些信息。"}},
    {Phrase::kCustomerLookedAtOn, {"We looked at this on {date}. You can ask us at any time what we know about you and how we use it.", "Vi tittade på det här den {date}. Du kan när som helst fråga oss vad vi vet om dig och hur vi använder det.", "我们在{date}查看了这件事。您随时可以询问我们掌握您的哪些信息、如何使用这些信息。"}},
    {Phrase::kCustomerAutomatic, {"This was decided automatically, by rules that people at the bank have written. You can ask a person to look at it again.", "Det här har avgjorts automatiskt, efter regler som människor på banken har skrivit. Du kan be en person titta på det igen.", "这是系统按照银行人员制定的规则自动决定的。您可以要求工作人员重新查看。"}},

    // Kinds of facts, in the customer's words.
    {Phrase::kFactPayment, {"the payment that was being made", "betalningen som var på gång", "当时正在办理的付款"}},
    {Phrase::kFactEvent, {"what was being done at that moment", "det som var på gång just då", "当时正在办理的业务"}},
    {Phrase::kFactTransactions, {"payments to and from your accounts", "betalningar till och från dina konton", "您账户的收付款"}},
    {Phrase::kFactAccounts, {"your accounts and their balances", "dina konton och deras saldon", "您的账户和余额"}},
    {Phrase::kFactAutopay, {"your automatic payments", "dina autogiron", "您的自动扣款"}},
    {Phrase::kFactGoals, {"your savings goals", "dina sparmål", "您的储蓄目标"}},
    {Phrase::kFactInsurance, {"your insurance policies", "dina försäkringar", "您的保险"}},
    {Phrase::kFactRiskProfile, {"your investment profile", "din riskprofil", "您的投资风险偏好"}},
    {Phrase::kFactDocuments, {"papers that are due", "handlingar som ska lämnas in", "需要提交的文件"}},
    {Phrase::kFactLifeEvents, {"changes in your life", "förändringar i ditt liv", "您生活中的变化"}},
    {Phrase::kFactSignals, {"how our services are used", "hur våra tjänster används", "服务的使用情况"}},
    {Phrase::kFactFeedback, {"what you have told us about our service", "vad du har sagt om vår service", "您对我们服务的反馈"}},
    {Phrase::kFactComplaints, {"complaints that you have made", "klagomål som du har lämnat", "您提出过的投诉"}},
    {Phrase::kFactAdvisers, {"your advisers", "dina rådgivare", "您的顾问"}},
    {Phrase::kFactCustomer, {"your details with us", "dina uppgifter hos oss", "您在我们这里的基本资料"}},
    {Phrase::kFactDigital, {"how you like to use our digital services", "hur du vill använda våra digitala tjänster", "您使用数字服务的习惯"}},
    {Phrase::kFactContacts, {"when we were in touch before", "när vi har hört av oss tidigare", "我们之前与您的联系"}},
    {Phrase::kFactPreferences, {"how you want to hear from us", "hur du vill att vi hör av oss", "您希望的联系方式"}},
    {Phrase::kFactConsents, {"what you have agreed to", "vad du har sagt ja till", "您同意过的事项"}},
};

consteval bool IsComplete() {
  if (std::size(kPhrases) != kPhraseCount) return false;
  for (std::size_t i = 0; i < kPhraseCount; ++i) {
    if (static_cast<std::size_t>(kPhrases[i].phrase) != i) return false;
    for (const std::string_view sentence : kPhrases[i].sentences)
      if (sentence.empty()) return false;
  }
  return true;
}
static_assert(IsComplete(), "every phrase, in the order of its enumerators, in every language");

struct Word {
  std::string_view word;
  Phrase phrase;
};
constexpr Word kStates[] = {{"selected", Phrase::kStateSelected},
                            {"suppressed", Phrase::kStateSuppressed},
                            {"deferred", Phrase::kStateDeferred},
                            {"downgraded", Phrase::kStateDowngraded},
                            {"outranked", Phrase::kStateOutranked}};
constexpr Word kVerdicts[] = {{"skipped", Phrase::kVerdictSkipped},
                              {"pass", Phrase::kVerdictPass},
                              {"bypass", Phrase::kVerdictBypass},
                              {"unknown_pass", Phrase::kVerdictUnknownPass},
                              {"downgrade", Phrase::kVerdictDowngrade},
                              {"defer", Phrase::kVerdictDefer},
                              {"unknown_block", Phrase::kVerdictUnknownBlock},
                              {"block", Phrase::kVerdictBlock}};
constexpr Word kChannels[] = {{"push", Phrase::kChannelPush},
                              {"email", Phrase::kChannelEmail},
                              {"sms", Phrase::kChannelSms},
                              {"letter", Phrase::kChannelLetter},
                              {"feed", Phrase::kChannelFeed},
                              {"in_journey", Phrase::kChannelInJourney},
                              {"human_call", Phrase::kChannelHumanCall},
                              {"internal", Phrase::kChannelInternal}};
constexpr Word kHumans[] = {{"none", Phrase::kHumanNone},
                            {"offered", Phrase::kHumanOffered},
                            {"required", Phrase::kHumanRequired}};
constexpr Word kDetails[] = {{"brief", Phrase::kDetailBrief},
                             {"standard", Phrase::kDetailStandard},
                             {"detailed", Phrase::kDetailDetailed}};
constexpr Word kStages[] = {{"G1_freshness", Phrase::kStageFreshness},
                            {"G2_consistency", Phrase::kStageConsistency},
                            {"G3_eligibility", Phrase::kStageEligibility},
                            {"G4_consent", Phrase::kStageConsent},
                            {"G5_sensitivity", Phrase::kStageSensitivity},
                            {"G6_vulnerability", Phrase::kStageVulnerability},
                            {"G7_suitability", Phrase::kStageSuitability},
                            {"G8_fatigue", Phrase::kStageFatigue}};
constexpr Word kCauses[] = {{"missing", Phrase::kCauseMissing}, {"null", Phrase::kCauseNull},
                            {"type", Phrase::kCauseType},       {"domain", Phrase::kCauseDomain},
                            {"argument", Phrase::kCauseArgument}, {"limit", Phrase::kCauseLimit},
                            {"conflict", Phrase::kCauseConflict}};
constexpr Word kChannelsToCustomer[] = {{"push", Phrase::kCustomerPush},
                                        {"email", Phrase::kCustomerEmail},
                                        {"sms", Phrase::kCustomerSms},
                                        {"letter", Phrase::kCustomerLetter},
                                        {"feed", Phrase::kCustomerFeed},
                                        {"in_journey", Phrase::kCustomerInJourney},
                                        {"human_call", Phrase::kCustomerHumanCall}};
// Vulnerability and scores are not among them.
constexpr Word kFactsToCustomer[] = {{"event", Phrase::kFactEvent},
                                     {"transactions", Phrase::kFactTransactions},
                                     {"accounts", Phrase::kFactAccounts},
                                     {"autopay_creditors", Phrase::kFactAutopay},
                                     {"goals", Phrase::kFactGoals},
                                     {"insurance", Phrase::kFactInsurance},
                                     {"risk_profile", Phrase::kFactRiskProfile},
                                     {"documents_due", Phrase::kFactDocuments},
                                     {"life_events", Phrase::kFactLifeEvents},
                                     {"signals", Phrase::kFactSignals},
                                     {"feedback", Phrase::kFactFeedback},
                                     {"complaints", Phrase::kFactComplaints},
                                     {"advisers", Phrase::kFactAdvisers},
                                     {"customer", Phrase::kFactCustomer},
                                     {"digital", Phrase::kFactDigital},
                                     {"contacts", Phrase::kFactContacts},
                                     {"preferences", Phrase::kFactPreferences},
                                     {"consents", Phrase::kFactConsents}};

std::span<const Word> WordsOf(WordList list) {
  switch (list) {
    case WordList::kState: return kStates;
    case WordList::kVerdict: return kVerdicts;
    case WordList::kChannel: return kChannels;
    case WordList::kHuman: return kHumans;
    case WordList::kDetail: return kDetails;
    case WordList::kStage: return kStages;
    case WordList::kCause: return kCauses;
    case WordList::kChannelToCustomer: return kChannelsToCustomer;
    case WordList::kFactToCustomer: return kFactsToCustomer;
  }
  return {};
}

}  // namespace

std::string_view Sentence(Phrase phrase, voice::Language language) {
  return kPhrases[static_cast<std::size_t>(phrase)].sentences[static_cast<std::size_t>(language)];
}

std::optional<Phrase> PhraseOf(WordList list, std::string_view word) {
  for (const Word& entry : WordsOf(list))
    if (entry.word == word) return entry.phrase;
  return std::nullopt;
}

}  // namespace oxpecker::engine
