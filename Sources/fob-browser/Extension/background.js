import { accounts, code as codeOf, fill, link, linked } from "./codes.js";
import { api, ask, code } from "./host.js";
import { originOf, pageIn, placeOf, takePlace } from "./places.js";

// MARK: Keys

/** What a page is told: the key, an error of its own, or that the browser's own way is to be tried. */
function outcome(found) {
  if (found.ok) return found;
  switch (found.error.code) {
  case code.denied: return { error: { name: "NotAllowedError", message: "The person has said no." } };
  case code.expired: return { error: { name: "NotAllowedError", message: "Nobody has answered in time." } };
  case code.excluded: return { error: { name: "InvalidStateError", message: "There is a key already." } };
  default: return { fallback: true };
  }
}

api.runtime.onConnect.addListener(port => {
  if (port.name !== "ceremony") return;
  let current, choose, isOpen = true;
  const run = message => (current = ask(message)).answer;
  port.onDisconnect.addListener(() => {
    isOpen = false;
    current?.stop();
  });
  port.onMessage.addListener(async asked => {
    if (asked.chosen) return choose?.(asked.chosen);
    const { kind, options } = asked.message ?? {};
    // A page that has taken its own process over can say here what it likes: it gets keys for itself, and nothing else.
    if (current || !["create", "get"].includes(kind)) return;
    current = { stop() {} };
    const place = await placeOf(port.sender, asked.ancestors);
    if (!isOpen) return;
    let found = { error: { code: code.missing } };
    if (place) {
      const message = { kind, options, ...place };
      found = await run(message);
      if (found.error?.code === code.severalKeys && isOpen) {
        const keys = (await run({ ...message, kind: "keys" })).ok?.keys ?? [];
        if (!isOpen) return;
        port.postMessage({ keys });
        const id = await new Promise(resolve => { choose = resolve; });
        if (!isOpen || !keys.some(key => key.id === id)) return;
        message.options = { ...message.options, allowCredentials: [{ type: "public-key", id }] };
        found = await run(message);
      }
    }
    if (isOpen) port.postMessage({ answer: outcome(found) });
  });
});

async function ofPage(message, sender) {
  switch (message.kind) {
  case "status": {
    const { ok } = await ask({ kind: "status" }).answer;
    return ok && ok.vault !== "none" ? { ok: {} } : { fallback: true };
  }
  case "keys": {
    const place = await placeOf(sender, message.ancestors);
    if (!place) return { fallback: true };
    const found = await ask({ kind: "keys", options: message.options, ...place }).answer;
    if (found.error?.code === code.locked) return { isLocked: true };
    return found.ok ? { keys: found.ok.keys } : { fallback: true };
  }
  case "signal": {
    const origin = originOf(sender);
    if (origin) ask({ kind: "signal", origin, options: message.options });
    return { ok: {} };
  }
  }
}

// MARK: Codes

async function ofPopup(message) {
  switch (message.kind) {
  case "state": {
    const page = await pageIn(message.tab);
    return { page: page?.origin ?? null, linked: page ? await linked(page.origin) : [], accounts: await accounts() };
  }
  case "link": {
    const page = await pageIn(message.tab);
    // The person has decided for the page that the window has shown.
    if (page?.origin === message.origin) await link(page.origin, message.account, message.isLinked);
    return {};
  }
  case "fill": return fill(message.tab, message.account);
  case "code": return codeOf(message.account);
  }
}

api.commands.onCommand.addListener(async (command, tab) => {
  if (command !== "fill-code") return;
  tab ??= (await api.tabs.query({ active: true, currentWindow: true }))[0];
  const page = tab && await pageIn(tab.id);
  const [account, ...others] = page ? await linked(page.origin) : [];
  if (account && others.length === 0) await fill(tab.id, account); else await api.action.openPopup?.();
});

// MARK: Who says so

api.runtime.onMessage.addListener((message, sender, reply) => {
  if (sender.id !== api.runtime.id || takePlace(message, sender)) return;
  const isOwn = sender.url?.split("?")[0] === api.runtime.getURL("popup.html");
  const work = isOwn && message.popup ? ofPopup(message.popup) : message.page && !isOwn ? ofPage(message.page, sender) : null;
  if (!work) return;
  work.then(reply, () => reply({ fallback: true }));
  return true;
});
