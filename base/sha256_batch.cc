#include "base/sha256_batch.h"

#include "base/check.h"

#if OXPECKER_HAS_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif

namespace oxpecker {

#if OXPECKER_HAS_IPSEC_MB

struct Sha256Batch::State {
  State() : jobs(alloc_mb_mgr(0)) {
    OXP_CHECK(jobs != nullptr);
    init_mb_mgr_auto(jobs, nullptr);  // the fastest that this processor has
  }
  ~State() { free_mb_mgr(jobs); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  IMB_MGR* jobs;
};

const std::vector<Digest>& Sha256Batch::Hash(std::span<const std::string_view> texts) {
  digests_.resize(texts.size());
  IMB_MGR* jobs = state_->jobs;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    IMB_JOB* job = IMB_GET_NEXT_JOB(jobs);
    *job = IMB_JOB{};
    job->cipher_mode = IMB_CIPHER_NULL;
    job->cipher_direction = IMB_DIR_ENCRYPT;
    job->chain_order = IMB_ORDER_HASH_CIPHER;
    job->hash_alg = IMB_AUTH_SHA_256;
    job->src = reinterpret_cast<const std::uint8_t*>(texts[i].data());
    job->msg_len_to_hash_in_bytes = texts[i].size();
    job->auth_tag_output = digests_[i].bytes.data();
    job->auth_tag_output_len_in_bytes = digests_[i].bytes.size();
    const IMB_JOB* done = IMB_SUBMIT_JOB_NOCHECK(jobs);
    OXP_CHECK(done == nullptr || done->status == IMB_STATUS_COMPLETED);
  }
  while (const IMB_JOB* done = IMB_FLUSH_JOB(jobs)) OXP_CHECK(done->status == IMB_STATUS_COMPLETED);
  return digests_;
}

#else

struct Sha256Batch::State {};

const std::vector<Digest>& Sha256Batch::Hash(std::span<const std::string_view> texts) {
  digests_.clear();
  for (const std::string_view text : texts) digests_.push_back(Sha256(text));
  return digests_;
}

#endif

Sha256Batch::Sha256Batch() : state_(std::make_unique<State>()) {}
Sha256Batch::~Sha256Batch() = default;
Sha256Batch::Sha256Batch(Sha256Batch&&) noexcept = default;
Sha256Batch& Sha256Batch::operator=(Sha256Batch&&) noexcept = default;

}  // namespace oxpecker
