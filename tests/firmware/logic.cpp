// What boards and pads do when things are not as in the hall of led_test.py: no clock, a clock that is wrong, answers over HTTP, long numbers. Says each thing that does not hold.
#include <iostream>
#include <vector>

#include "board.h"
#include "letters.h"
#include "pad.h"

using namespace luot;

static int wrong = 0;
static void is(const char *what, const std::string &found, const std::string &wanted) {
  if (found != wanted) {
    std::cout << what << ": [" << found << "] instead of [" << wanted << "]\n";
    wrong++;
  }
}
static std::string beat(long long t, const char *day = "2026-11-24") { return "{\"up\":1,\"t\":" + std::to_string(t) + ",\"day\":\"" + day + "\",\"hm\":\"07:45\"}"; }
static const char *CALLED = "{\"n\":\"A012\",\"seq\":812,\"day\":\"2026-11-24\",\"state\":\"called\",\"calls\":1}";
static const long long T = 1795398120000;

int main(int, char **argv) {
  {
    Board board;
    board.hub.line(true, 0);
    board.now(CALLED, 0);
    is("no word of the hub", board.text(0), "--");
    board.hub.heartbeat(beat(T), 10, 0);
    is("one heartbeat, no clock: the broker may have kept it", board.text(10), "--");
    board.hub.heartbeat(beat(T), 20, 0);
    is("the same one again", board.text(20), "--");
    board.hub.heartbeat(beat(T + 5000), 5000, 0);
    is("a second one, no clock", board.text(5000), "A012");
    board.hub.line(true, 18001);
    is("13 s of silence", board.text(18001), "--");
  }
  {
    Board board;
    board.hub.line(true, 0);
    board.hub.heartbeat(beat(T), 0, T / 1000 + 3600);
    is("a clock an hour off", board.text(0), "--");
    board.hub.heartbeat(beat(T + 5000), 5000, T / 1000 + 3605);
    board.now(CALLED, 5000);
    is("a clock an hour off, a second heartbeat", board.text(5000), "A012");
    board.hub.heartbeat("{\"up\":0}", 6000, T / 1000);
    is("the hub says it is gone", board.text(6000), "--");
  }
  {
    Board board;
    board.hub.line(true, 0);
    board.hub.heartbeat(beat(T), 0, T / 1000);
    board.now(CALLED, 0);
    board.hub.line(false, 1000);
    board.hub.line(false, 3900);
    is("a short cut is forgiven", board.text(3900), "A012");
    board.hub.line(false, 4100);
    is("a cut of over 3 s", board.text(4100), "--");
    board.hub.line(true, 5000);
    is("the line alone is no hub", board.text(5000), "--");
    board.hub.heartbeat(beat(T + 86400000, "2026-11-25"), 5001, T / 1000 + 86400);
    is("yesterday's number", board.text(5001), "");
    is("by day", std::to_string(board.brightness(10, 2, 7, 17)), "10");
    board.now("{\"n\":\"\",\"seq\":0,\"day\":\"2026-11-25\",\"state\":\"paused\"}", 5002);
    is("a break", board.text(5002), "NGHI");
    board.now("rubbish", 5003);
    is("rubbish", board.text(5003), "");
  }
  {
    // the time in milliseconds begins anew after 49 days
    Board board;
    const uint32_t late = 0xFFFFFF00u;
    board.hub.line(true, late);
    board.hub.heartbeat(beat(T), late, T / 1000);
    board.now(CALLED, late);
    board.hub.line(true, 0x00000100u);
    is("after 49 days", board.text(0x00000100u), "A012");
  }
  {
    // the hub's own answer over HTTP, given by the test
    Board board;
    const std::string answer = argv[1];
    for (uint32_t ms = 0; ms < 2000; ms += 1000) {
      board.hub.line(true, ms);
      std::string later = answer;
      const std::string t = text_of(answer, "t");
      later.replace(later.find(t), t.size(), std::to_string(strtoll(t.c_str(), nullptr, 10) + ms));
      board.hub.heartbeat(later, ms, 0);
      board.now(later, ms);
    }
    is("over HTTP", board.text(1000), argv[2]);
  }
  is("a long number, letters", part("MM1444", 5, 0), "MM");
  is("a long number, figures", part("MM1444", 5, 1000), "1444");
  is("a number that fits", part("A012", 5, 1000), "A012");
  {
    std::vector<std::string> dots(8, std::string(32, '.'));
    bool inside = true;
    draw("A0-Z9", 32, 8, 1, 1, [&](int x, int y, int, int) {
      inside &= x >= 0 && x < 32 && y >= 0 && y < 8;
      if (inside)
        dots[y][x] = '#';
    });
    is("five letters stay on the board", inside ? "yes" : "no", "yes");
    is("the top of them", dots[0], "..###...###........#####..###...");
    is("a dash in the middle", dots[3], ".#...#.#.#.#.#####...#....####..");
  }
  {
    Pad pad;
    pad.begin(7);
    pad.hub.line(true, 0);
    is("a press without the hub", pad.press("next", 0), "");
    pad.hub.heartbeat(beat(T), 100, T / 1000);
    is("a press", pad.press("next", 1100), "{\"key\":\"next\",\"nonce\":\"00000007-1\",\"t\":" + std::to_string(T + 1000) + "}");
    is("lit while it waits", pad.lamp(1200) ? "on" : "off", "on");
    pad.ack("{\"nonce\":\"another\",\"ok\":0}", 1300);
    is("another's answer", pad.lamp(1350) ? "on" : "off", "on");
    pad.ack("{\"nonce\":\"00000007-1\",\"ok\":1,\"number\":\"A013\"}", 1400);
    is("done", pad.lamp(2800) ? "on" : "off", "on");
    is("and out", pad.lamp(2950) ? "on" : "off", "off");
    pad.press("next", 3000);
    is("no answer: refused after 3 s", (pad.lamp(6100), pad.lamp(6250)) ? "on" : "off", "off");
  }
  std::cout << (wrong ? "" : "all holds\n");
  return wrong != 0;
}
