// What a counter's LED board shows at any moment. No hardware in here: the displays draw what text() says.
#pragma once

#include "luot.h"

namespace luot {

class Board {
 public:
  static constexpr uint32_t BLINK_MS = 350;
  static constexpr int BLINKS = 3;

  Hub hub;

  // …/counter/NO/now: {"n":"A012","seq":812,"day":"2026-11-24","state":"called"}
  void now(const std::string &json, uint32_t ms) {
    const int64_t seq = whole_of(json, "seq");
    this->number_ = text_of(json, "n");
    this->day_ = text_of(json, "day");
    this->state_ = text_of(json, "state");
    // what the broker kept while this board had no power was called before: it is shown, and does not blink
    if (this->known_ && seq != 0 && seq != this->seq_ && this->state_ == "called") {
      this->blinking_ = true;
      this->blink_from_ = ms;
    }
    this->seq_ = seq;
    this->known_ = true;
  }

  // What stands on the board: "--" without the hub, else the number of today, else nothing; NGHI while the counter is paused.
  std::string text(uint32_t ms) {
    const std::string shown = this->plain();
    if (!this->blinking_ || shown.empty() || shown == "--")
      return shown;
    const uint32_t step = (ms - this->blink_from_) / BLINK_MS;
    if (step >= 2 * BLINKS) {
      this->blinking_ = false;
      return shown;
    }
    return step % 2 == 0 ? shown : "";
  }

  std::string plain() const {
    if (!this->hub.there() || !this->known_)
      return "--";
    if (this->state_ == "paused")
      return "NGHI";
    // a number of another day is nobody's number
    return this->day_ == this->hub.day() ? this->number_ : "";
  }

  int brightness(int by_day, int by_evening, int morning, int evening) const {
    const int hour = this->hub.hour();
    return hour < 0 || (hour >= morning && hour < evening) ? by_day : by_evening;
  }

 protected:
  std::string number_, day_, state_;
  int64_t seq_{0};
  bool known_{false}, blinking_{false};
  uint32_t blink_from_{0};
};

// The board itself; the settings' lambdas speak to it.
inline Board hall;

}  // namespace luot
