// The program of fob on this machine.
export const api = globalThis.browser ?? chrome;
const name = "fob.browser";

/** Codes of errors (fob-protocol(7)) that the extension tells apart; `missing` is its own. */
export const code = Object.freeze({ missing: -1, locked: 2, denied: 5, expired: 6, excluded: 17, severalKeys: 40 });

/**
 * Asks it one thing. It runs for as long as that takes; when it is stopped, the question to the owner ends.
 *
 * @returns {{answer: Promise<object>, stop: () => void}}
 */
export function ask(message) {
  let port;
  const answer = new Promise(resolve => {
    try {
      port = api.runtime.connectNative(name);
    } catch (error) {
      return resolve({ error: { code: code.missing, text: String(error) } });
    }
    port.onMessage.addListener(found => {
      resolve(found);
      port.disconnect();
    });
    port.onDisconnect.addListener(() => {
      const why = port.error?.message ?? api.runtime.lastError?.message ?? "fob-browser has ended";
      resolve({ error: { code: code.missing, text: why } });
    });
    port.postMessage(message);
  });
  return { answer, stop: () => port?.disconnect() };
}
