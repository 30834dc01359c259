// A call pad: what a press sends, and what the lamp says. No hardware in here.
#pragma once

#include <cstdio>

#include "luot.h"

namespace luot {

class Pad {
 public:
  static constexpr uint32_t ANSWER_MS = 3000;

  Hub hub;

  // A number no other start of this pad has had, so that no press is taken for an older one.
  void begin(uint32_t random) { this->start_ = random; }

  // The press as it goes out, or "" while the hub is not there: then nothing is sent, now or later, and the lamp says so.
  std::string press(const char *key, uint32_t ms) {
    if (!this->hub.reachable()) {
      this->say(REFUSED, ms);
      return "";
    }
    char made[120];
    snprintf(made, sizeof(made), "{\"key\":\"%s\",\"nonce\":\"%08x-%u\",\"t\":%lld}", key, static_cast<unsigned>(this->start_), static_cast<unsigned>(++this->count_),
             static_cast<long long>(this->hub.now(ms)));
    this->waiting_ = text_of(made, "nonce");
    this->say(WAITING, ms);
    return made;
  }

  // …/pad/ID/ack: {"nonce":"…","ok":1} or {"nonce":"…","ok":0,"error":"hub_away"}. A second answer to the press at hand replaces the first.
  void ack(const std::string &json, uint32_t ms) {
    if (this->waiting_.empty() || text_of(json, "nonce") != this->waiting_)
      return;
    if (text_of(json, "error") == "repeat")  // the same key held down or hit again at once: the press before it counts
      return;
    this->say(text_of(json, "ok") != "1" ? REFUSED : text_of(json, "error") == "nobody_waiting" ? NOBODY : DONE, ms);
  }

  // Done: on for a second and a half. Nobody waits: two long flashes. Refused, or no answer: five short ones. Without the hub: a wink every two seconds.
  bool lamp(uint32_t ms) {
    const uint32_t since = ms - this->since_;
    switch (this->mood_) {
      case WAITING:
        if (since > ANSWER_MS)
          this->say(REFUSED, ms);
        return true;
      case DONE:
        return this->until(since, 1500, true);
      case NOBODY:
        return this->until(since, 1600, since / 400 % 2 == 0);
      case REFUSED:
        return this->until(since, 1000, since / 100 % 2 == 0);
      default:
        return !this->hub.there() && ms % 2000 < 80;
    }
  }

 protected:
  enum Mood { QUIET, WAITING, DONE, NOBODY, REFUSED };

  void say(Mood mood, uint32_t ms) {
    this->mood_ = mood;
    this->since_ = ms;
  }
  bool until(uint32_t since, uint32_t end, bool on) {
    if (since < end)
      return on;
    this->mood_ = QUIET;
    return false;
  }

  Mood mood_{QUIET};
  uint32_t since_{0}, start_{0}, count_{0};
  std::string waiting_;
};

// The pad itself; the settings' lambdas speak to it.
inline Pad pad;

}  // namespace luot
