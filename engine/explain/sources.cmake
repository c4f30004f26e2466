set(OXP_EXPLAIN_SOURCES explain/explanation.cc explain/recorded.cc explain/phrases.cc explain/words.cc explain/telling.cc
    explain/conditions.cc explain/near_misses.cc explain/officer.cc explain/customer.cc explain/render.cc
    explain/render_html.cc voice/voice.cc)
set(OXP_EXPLAIN_HEADERS explain/explanation.h explain/render.h voice/voice.h)
