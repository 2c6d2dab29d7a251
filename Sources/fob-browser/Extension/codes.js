// One-time codes: which accounts belong to which page is what the person has said, and nothing is guessed.
import { api, ask } from "./host.js";
import { pageIn } from "./places.js";

/** Accounts that were linked to a page's origin, by their ids. */
export async function linked(origin) {
  const { links = {} } = await api.storage.local.get("links");
  return Object.hasOwn(links, origin) ? links[origin] : [];
}

/** Links an account to an origin, or takes a link away. */
export async function link(origin, account, isLinked) {
  const { links = {} } = await api.storage.local.get("links");
  const others = (Object.hasOwn(links, origin) ? links[origin] : []).filter(one => one !== account);
  if (isLinked) others.unshift(account);
  if (others.length) links[origin] = others; else delete links[origin];
  await api.storage.local.set({ links });
}

/** The accounts that give codes. */
export const accounts = () => ask({ kind: "accounts" }).answer;

/** The code of an account, after whatever question it is marked for. */
export const code = account => ask({ kind: "code", account }).answer;

/** Puts the code of a linked account into the page of a tab. */
export async function fill(tab, account) {
  const page = await pageIn(tab);
  if (!page || !(await linked(page.origin)).includes(account)) return { error: { text: "The account is not linked to this page." } };
  const found = await code(account);
  if (found.error) return found;
  // To that very document: the tab may show another by now.
  const place = page.document ? { documentId: page.document } : { frameId: 0 };
  const isDone = await api.tabs.sendMessage(tab, { code: found.ok.code, origin: page.origin }, place).catch(() => false);
  return isDone ? { ok: {} } : { error: { text: "There is no field for a code on this page." } };
}
