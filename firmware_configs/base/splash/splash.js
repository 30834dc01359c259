/* Waits until the page in LUOT_WHERE answers, then goes there. ES5, no network of its own: a picture of the other side is asked for every 3 s, since a file may not read foreign pages.
   A board that has been there once keeps its last page in the browser (display/keep.js): after 30 s without the hub it goes there all the same and shows the last truth. */
(function () {
  "use strict";
  var EVERY = 3000,
    PATIENCE = 8000,
    STAFF = 20000,
    KEPT = 30000;
  var where = window.LUOT_WHERE || {},
    url = String(where.url || ""),
    kiosk = where.kind === "kiosk";
  var started = new Date().getTime(),
    gone = false;
  var SAY = kiosk
    ? {
        vi: "Máy lấy số đang khởi động",
        en: "The ticket kiosk is starting",
        wait: "Mời lấy số tại quầy hướng dẫn",
        wait_en: "Please take a number at the guidance desk",
      }
    : {
        vi: "Bảng gọi số đang khởi động",
        en: "The board is starting",
        wait: "Mời nghe gọi số tại quầy",
        wait_en: "Please listen for your number at the counters",
      };

  function at(id) {
    return document.getElementById(id);
  }
  function put(id, text) {
    at(id).textContent = text;
  }
  function two(n) {
    return (n < 10 ? "0" : "") + n;
  }
  function origin() {
    var match = /^https?:\/\/[^\/?#]+/.exec(url);
    return match ? match[0] : "";
  }
  function been(yes) {
    try {
      if (yes) {
        window.localStorage.setItem("luot-been", url.split("#")[0]);
      }
      return window.localStorage.getItem("luot-been") === url.split("#")[0];
    } catch (error) {
      return false;
    }
  }
  function go() {
    if (!gone) {
      gone = true;
      window.location.replace(url);
    }
  }

  function tick() {
    var now = new Date(),
      waited = now.getTime() - started;
    put("clock", two(now.getHours()) + ":" + two(now.getMinutes()));
    at("pulse").className = at("pulse").className ? "" : "there";
    if (!origin()) {
      return;
    }
    if (waited > STAFF) {
      put("say", SAY.wait);
      put("say-en", SAY.wait_en);
      at("staff").hidden = false;
      put(
        "why",
        kiosk
          ? "Nhân viên: chương trình lấy số chưa trả lời. Máy tự thử lại; nếu quá 5 phút, tắt nguồn rồi bật lại."
          : "Nhân viên: chưa kết nối được máy chủ " +
              origin() +
              ". Kiểm tra dây mạng của màn hình. Máy tự thử lại."
      );
      put(
        "why-en",
        kiosk
          ? "Staff: the kiosk program does not answer yet. It is tried again; after 5 minutes switch the machine off and on."
          : "Staff: the hub " +
              origin() +
              " does not answer. Look at the screen's network cable. It is tried again."
      );
    }
    if (waited > KEPT && !kiosk && been(false)) {
      go();
    }
  }

  function ask() {
    var picture = new Image(),
      done = false;
    function answered(there) {
      if (done) {
        return;
      }
      done = true;
      if (there) {
        been(true);
        go();
      } else {
        setTimeout(ask, EVERY);
      }
    }
    picture.onload = function () {
      answered(true);
    };
    picture.onerror = function () {
      answered(false);
    };
    setTimeout(function () {
      answered(false);
    }, PATIENCE);
    picture.src =
      origin() + (kiosk ? "/static/icon.svg" : "/favicon.ico") + "?" + new Date().getTime();
  }

  document.body.className = kiosk ? "kiosk" : "board";
  put("say", SAY.vi);
  put("say-en", SAY.en);
  if (origin()) {
    ask();
  } else {
    put("say", "Chưa đặt địa chỉ");
    put("say-en", "No address is set");
    at("staff").hidden = false;
    put("why", "Nhân viên: ghi LUOT_BOARD_URL vào /etc/luot/board.env rồi khởi động lại.");
    put(
      "why-en",
      "Staff: write LUOT_BOARD_URL into /etc/luot/board.env and start the machine anew."
    );
  }
  tick();
  setInterval(tick, 1000);
})();
