/* Passkeys: what the hub asks of the browser as it takes it, and what the browser answers as the hub reads it. */

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) =>
    letter.charCodeAt(0)
  );

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

/** Whether this page is where the hub's passkeys are good, and the browser knows them. */
export const passkeysWork = (origin) =>
  Boolean(origin) && origin === location.origin && "PublicKeyCredential" in window;

/** Make a key; what the hub is told of it, or null where its owner would not. */
export async function makeKey(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials || []).map((row) => ({
      ...row,
      id: bytes(row.id),
    })),
  };
  try {
    const made = await navigator.credentials.create({ publicKey });
    return {
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      response: {
        clientDataJSON: text(made.response.clientDataJSON),
        attestationObject: text(made.response.attestationObject),
      },
    };
  } catch {
    return null;
  }
}

/** Sign what the hub asks by a key of this device; null where its owner would not. */
export async function useKey(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: [],
  };
  try {
    const used = await navigator.credentials.get({ publicKey });
    return {
      id: used.id,
      rawId: text(used.rawId),
      type: used.type,
      response: {
        clientDataJSON: text(used.response.clientDataJSON),
        authenticatorData: text(used.response.authenticatorData),
        signature: text(used.response.signature),
        userHandle: used.response.userHandle ? text(used.response.userHandle) : null,
      },
    };
  } catch {
    return null;
  }
}
