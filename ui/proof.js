/* Solves a challenge of ALTCHA (GET /api/v1/CENTRE/challenge) before a time is asked for, where very
   many ask at once. Needs HTTPS, as a browser gives SHA-256 to such pages only. */

const hex = (bytes) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/* The number whose hash is the challenge's, as the hub takes it in `proof`; null where there is none. */
export async function solve({ algorithm, challenge, maxnumber, salt, signature }) {
  const text = new TextEncoder();
  for (let number = 0; number <= maxnumber; number += 1) {
    const hash = hex(await crypto.subtle.digest(algorithm, text.encode(salt + number)));
    if (hash === challenge)
      return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
  }
  return null;
}

/* `send(proof)` posts a request and gives its answer; asked for a proof it is sent again with one. */
export async function withProof(centre, send) {
  const answer = await send(null);
  if (answer.ok || answer.error !== "proof_needed" || !globalThis.crypto?.subtle) return answer;
  const asked = await fetch(`/api/v1/${centre}/challenge`, {
    signal: AbortSignal.timeout(10_000),
  }).then((response) => response.json());
  return asked.ok ? send(await solve(asked.challenge)) : asked;
}
