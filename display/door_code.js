/* The code at the door, as domain/door_code.py makes it: ten letters that change every 30 seconds, of this device's own secret. Works while the hub is away.
   Luot.doorCode(secret, centre, step) → "ABCEFGHKMN". Pure; SHA-256 is written out, since browsers keep theirs from pages on plain http.
   Classic script, Chromium 56. */
(function (root) {
  "use strict";
  var Luot = (root.Luot = root.Luot || {});
  var LETTERS = "ABCEFGHKMNPRTUVWXY",
    LENGTH = 10;
  var REFUSED =
    /ANC|CAC|CHET|CUC|CUT|FAT|FUC|FUK|GAY|KKK|MATUY|NGU|NHU|PEE|PHE|RAPE|THAM|VCH|VCN|XAU/;
  var ROUNDS = [],
    START = [];

  // the first 32 bits of the broken parts of the roots of primes, as FIPS 180-4 says
  (function () {
    var candidate, divisor;
    for (candidate = 2; ROUNDS.length < 64; candidate++) {
      for (divisor = 2; divisor * divisor <= candidate && candidate % divisor; divisor++) {
        continue;
      }
      if (divisor * divisor > candidate) {
        if (START.length < 8) {
          START.push(part(Math.sqrt(candidate)));
        }
        ROUNDS.push(part(Math.pow(candidate, 1 / 3)));
      }
    }
    function part(number) {
      return ((number - Math.floor(number)) * 4294967296) | 0;
    }
  })();

  function turn(word, by) {
    return (word >>> by) | (word << (32 - by));
  }

  /** SHA-256 of bytes, as 32 bytes. */
  function sha256(bytes) {
    var padded = bytes.concat([128]),
      hash = START.slice(),
      words = [],
      out = [],
      at,
      i,
      v,
      s0,
      s1,
      t1,
      t2;
    while (padded.length % 64 !== 56) {
      padded.push(0);
    }
    padded = padded.concat([0, 0, 0, 0]);
    for (i = 24; i >= 0; i -= 8) {
      padded.push(((bytes.length * 8) >>> i) & 255);
    }
    for (at = 0; at < padded.length; at += 64) {
      for (i = 0; i < 64; i++) {
        if (i < 16) {
          words[i] =
            (padded[at + i * 4] << 24) |
            (padded[at + i * 4 + 1] << 16) |
            (padded[at + i * 4 + 2] << 8) |
            padded[at + i * 4 + 3];
        } else {
          s0 = turn(words[i - 15], 7) ^ turn(words[i - 15], 18) ^ (words[i - 15] >>> 3);
          s1 = turn(words[i - 2], 17) ^ turn(words[i - 2], 19) ^ (words[i - 2] >>> 10);
          words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
        }
      }
      v = hash.slice();
      for (i = 0; i < 64; i++) {
        s1 = turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25);
        t1 = (v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + ROUNDS[i] + words[i]) | 0;
        s0 = turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22);
        t2 = (s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]))) | 0;
        v = [(t1 + t2) | 0, v[0], v[1], v[2], (v[3] + t1) | 0, v[4], v[5], v[6]];
      }
      for (i = 0; i < 8; i++) {
        hash[i] = (hash[i] + v[i]) | 0;
      }
    }
    hash.forEach(function (word) {
      out.push((word >>> 24) & 255, (word >>> 16) & 255, (word >>> 8) & 255, word & 255);
    });
    return out;
  }

  function bytesOf(text) {
    return unescape(encodeURIComponent(text))
      .split("")
      .map(function (letter) {
        return letter.charCodeAt(0);
      });
  }

  function hmac(key, message) {
    var padded = key.length > 64 ? sha256(key) : key.slice();
    while (padded.length < 64) {
      padded.push(0);
    }
    function mixed(byte) {
      return padded.map(function (each) {
        return each ^ byte;
      });
    }
    return sha256(mixed(92).concat(sha256(mixed(54).concat(message))));
  }

  /** Twelve bytes as a number in base eighteen, the lowest letter first. */
  function lettersOf(bytes) {
    var number = bytes.slice(0, 12),
      text = "",
      rest,
      i;
    while (text.length < LENGTH) {
      rest = 0;
      for (i = 0; i < number.length; i++) {
        rest = rest * 256 + number[i];
        number[i] = Math.floor(rest / LETTERS.length);
        rest %= LETTERS.length;
      }
      text += LETTERS[rest];
    }
    return text;
  }

  Luot.doorCode = function (secret, centre, step) {
    var key = bytesOf(secret),
      attempt = 0,
      code;
    do {
      code = lettersOf(hmac(key, bytesOf(centre + "|" + step + "|" + attempt)));
      attempt += 1;
    } while (REFUSED.test(code));
    return code;
  };
})(typeof window === "undefined" ? this : window);
