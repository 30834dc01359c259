// What every LED board and call pad knows of the hub: reading the bridge's small JSON, and whether the hub is there.
// Plain C++ without ESPHome or Arduino, so that the same lines run on the ESP32 and in the test build on a PC.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace luot {

// The bridge writes flat objects with plain values ("n":"A012","seq":812): no nesting, no escapes. Anything else reads as missing.
inline std::string text_of(const std::string &json, const char *key) {
  const std::string wanted = std::string("\"") + key + "\":";
  size_t at = json.find(wanted);
  if (at == std::string::npos)
    return "";
  at += wanted.size();
  while (at < json.size() && json[at] == ' ')
    at++;
  if (at < json.size() && json[at] == '"') {
    const size_t end = json.find('"', at + 1);
    return end == std::string::npos ? "" : json.substr(at + 1, end - at - 1);
  }
  const size_t end = json.find_first_of(",}", at);
  return end == std::string::npos ? "" : json.substr(at, end - at);
}

inline int64_t whole_of(const std::string &json, const char *key) { return strtoll(text_of(json, key).c_str(), nullptr, 10); }

// Whether the hub is there, by its heartbeat (…/hub, every 5 s). A retained heartbeat proves nothing by itself: the broker may have kept it
// over a power cut. It counts when it is young by this device's clock, or, without a clock (or with a wrong one), when a second one with another time has come.
class Hub {
 public:
  static constexpr uint32_t SILENT_MS = 13000;  // two heartbeats lost and a half
  static constexpr uint32_t CUT_MS = 3000;      // a broker that restarts is back within this
  static constexpr int64_t YOUNG_MS = 20000;

  // epoch_s: this device's clock, 0 while it does not know the time
  void heartbeat(const std::string &json, uint32_t ms, int64_t epoch_s) {
    if (whole_of(json, "up") != 1) {
      this->alive_ = false;
      this->last_t_ = 0;
      return;
    }
    const int64_t t = whole_of(json, "t");
    const int64_t age = epoch_s * 1000 - t;
    const bool young = (epoch_s > 0 && age < YOUNG_MS && age > -YOUNG_MS) || (this->last_t_ != 0 && t != this->last_t_);
    this->last_t_ = t;
    this->day_ = text_of(json, "day");
    this->hour_ = text_of(json, "hm").size() >= 2 ? atoi(text_of(json, "hm").c_str()) : -1;
    if (!young)
      return;
    this->alive_ = true;
    this->heard_ = ms;
    this->offset_ = t - static_cast<int64_t>(ms);
  }

  // The line to the broker, or to the hub when polling. Told on every round; a short cut is forgiven.
  void line(bool up, uint32_t ms) {
    if (up && !this->line_)
      this->heard_ = this->alive_ ? ms : this->heard_;
    if (!up && this->line_)
      this->cut_ = ms;
    this->line_ = up;
    if (!up && this->alive_ && ms - this->cut_ > CUT_MS) {
      this->alive_ = false;
      this->last_t_ = 0;
    }
    if (this->alive_ && ms - this->heard_ > SILENT_MS) {
      this->alive_ = false;
      this->last_t_ = 0;
    }
  }

  bool there() const { return this->alive_; }
  bool reachable() const { return this->alive_ && this->line_; }
  const std::string &day() const { return this->day_; }
  int hour() const { return this->hour_; }
  // The hub's time as this device reckons it; what a press is stamped with.
  int64_t now(uint32_t ms) const { return this->offset_ + static_cast<int64_t>(ms); }

 protected:
  bool alive_{false}, line_{false};
  uint32_t heard_{0}, cut_{0};
  int64_t last_t_{0}, offset_{0};
  std::string day_;
  int hour_{-1};
};

}  // namespace luot
