// Where a message comes from, as the browser says.
import { api } from "./host.js";

const waiting = new Map();
// Milliseconds for the frame in a window to answer.
const patience = 2000;

/** The origin of what has sent a message; null for what has none, such as a sandboxed frame. */
export function originOf(sender) {
  const origin = sender.origin ?? new URL(sender.url).origin;
  return origin === "null" ? null : origin;
}

/**
 * The page in a tab's window: its origin and the document, by a message that it sends itself; null where no script of the
 * extension is.
 */
export async function pageIn(tab) {
  const nonce = crypto.randomUUID();
  const found = new Promise(resolve => {
    waiting.set(nonce, resolve);
    setTimeout(() => resolve(null), patience);
  });
  api.tabs.sendMessage(tab, { where: nonce }, { frameId: 0 }).catch(() => waiting.get(nonce)?.(null));
  const sender = await found;
  waiting.delete(nonce);
  if (!sender || sender.tab?.id !== tab || sender.frameId !== 0) return null;
  const origin = originOf(sender);
  return origin && { origin, document: sender.documentId };
}

/** Takes an answer to that. */
export function takePlace(message, sender) {
  if (typeof message.here !== "string") return false;
  waiting.get(message.here)?.(sender);
  return true;
}

/**
 * What fob is told of where a request comes from; null where the browser's word and the frame's differ, or it has no origin.
 *
 * @param {string[]} ancestors the origins around the frame, the nearest first, as its script has them
 */
export async function placeOf(sender, ancestors) {
  const origin = originOf(sender);
  if (!origin || !Array.isArray(ancestors)) return null;
  if (sender.frameId === 0) return ancestors.length === 0 ? { origin } : null;
  const top = (await pageIn(sender.tab.id))?.origin;
  if (!top || top !== ancestors.at(-1)) return null;
  return ancestors.every(one => one === origin) ? { origin } : { origin, topOrigin: top };
}
