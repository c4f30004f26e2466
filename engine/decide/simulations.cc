// The what-ifs of the actions that reach somebody: figures from the facts, recorded with the outcome.
#include "engine/decide/work.h"

namespace oxpecker::engine {
namespace {

using feel::Value;

// Evaluates figures in order. Each value takes the next slot, where those that follow find it.
class Figures {
 public:
  Figures(Work& work, SimulationFinding& finding)
      : work_(work), finding_(finding), slot_(work.rulebook.layout().base_count) {}

  void Find(const std::vector<rules::SimulationFigure>& authored,
            const std::vector<rules::CompiledEvidence>& compiled,
            std::vector<std::pair<std::string, std::string>>& into) {
    for (std::size_t i = 0; i < compiled.size(); ++i) {
      const Value value = feel::CopyInto(work_.Run(compiled[i].value), work_.evaluator.arena());
      work_.inputs[slot_++] = value;
      std::string text = EvidenceText(work_, compiled[i], value);
      const std::string& name = authored[i].figure.name;
      if (text.empty()) finding_.missing.push_back(name);
      else into.emplace_back(name, std::move(text));
    }
  }

 private:
  Work& work_;
  SimulationFinding& finding_;
  std::size_t slot_;
};

SimulationFinding Run(Work& work, std::size_t index) {
  const rules::Simulation& authored = work.rulebook.authored().simulations[index];
  const rules::CompiledSimulation& compiled = work.rulebook.simulations()[index];
  SimulationFinding finding{authored.id, authored.authorship.version, {}, {}, {}};
  Figures figures(work, finding);
  figures.Find(authored.inputs, compiled.inputs, finding.inputs);
  figures.Find(authored.results, compiled.results, finding.results);
  return finding;
}

}  // namespace

void Simulate(Work& work) {
  for (const std::size_t outcome : work.decision.outcomes) {
    Candidate& candidate = work.decision.candidates[outcome];
    const rules::Action& action = work.ActionOf(candidate);
    if (const auto index = work.rulebook.FindSimulation(action.simulation)) candidate.simulation = Run(work, *index);
  }
}

}  // namespace oxpecker::engine
