// Passkeys: the browser's own call, between two calls of ours. Bytes travel as base64url.
import { api } from "/static/look/live.js";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (rows = []) => rows.map((row) => ({ ...row, id: bytes(row.id) }));

const IP_ADDRESS = /^[\d.]+$|:/;

/** Whether this browser, at this address, can have passkeys: they need a name and https, or localhost. */
export const canHavePasskeys = () =>
  Boolean(window.PublicKeyCredential && navigator.credentials && window.isSecureContext && !IP_ADDRESS.test(location.hostname));

/** Whoever pressed "cancel" wants nothing said. */
export const wasGivenUp = (error) => error?.name === "NotAllowedError" || error?.name === "AbortError";

function told(credential) {
  const { response } = credential, parts = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = text(response[name]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: parts };
}

/** Makes a passkey; `path` answers with what it shall be. */
export async function make(path, body, as) {
  const { options } = await api("POST", path, body, { as });
  const publicKey = {
    ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: named(options.excludeCredentials),
  };
  return told(await navigator.credentials.create({ publicKey }));
}

/** Shows a passkey. */
export async function show(path) {
  const { options } = await api("POST", path, {});
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) };
  return told(await navigator.credentials.get({ publicKey }));
}
