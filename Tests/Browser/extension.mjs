// The scripts of the extension in a browser that is played: how many programs a page can start, and what it learns of keys.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import vm from "node:vm";

const source = name => readFileSync(new URL(`../../Sources/fob-browser/Extension/${name}`, import.meta.url), "utf8");
const settled = () => new Promise(resolve => setTimeout(resolve, 20));

// host.js: no more than 32 programs at once, and one that has ended makes room.
{
  const ports = [];
  const event = () => ({ addListener(listener) { this.listener = listener; } });
  const chrome = { runtime: { connectNative() {
    const port = { onMessage: event(), onDisconnect: event(), postMessage() {}, disconnect() { this.isOver = true; } };
    ports.push(port);
    return port;
  } } };
  const context = vm.createContext({ chrome });
  vm.runInContext(source("host.js").replaceAll("export ", "") + "; globalThis.ask = ask;", context);
  const asked = Array.from({ length: 33 }, () => context.ask({ kind: "status" }));
  assert.equal(ports.length, 32);
  assert.equal((await asked[32].answer).error.code, -1);
  asked[0].stop();
  asked[0].stop();
  ports[1].onMessage.listener({ ok: {} });
  assert.ok(ports[0].isOver && ports[1].isOver);
  for (let count = 0; count < 3; count += 1) context.ask({ kind: "status" });
  assert.equal(ports.length, 34);
}

// frame.js: a page that is played, and what it and the background get.
function frame(keys, visibilityState = "visible") {
  const answers = new Map(), sent = [], listeners = [];
  const window = {};
  window.top = window.parent = window;
  const context = vm.createContext({
    window, crypto, HTMLInputElement: class {}, location: { origin: "https://a.example", host: "a.example", ancestorOrigins: [] },
    document: { visibilityState, permissionsPolicy: { allowsFeature: () => true } },
    addEventListener: (type, listener) => { if (type === "message") listeners.push(listener); },
    postMessage: data => { if (data.answer) answers.set(data.fobAnswer, data.answer); },
    setTimeout, clearTimeout, fobNotice: () => () => {},
    chrome: { runtime: {
      id: "fob", onMessage: { addListener() {} },
      sendMessage: message => {
        sent.push(message.page);
        return message.page.kind === "keys" ? Promise.resolve({ keys }) : new Promise(() => {});
      },
    } },
  });
  vm.runInContext(source("frame.js"), context);
  const ask = (id, message) => listeners[0]({ source: window, data: { fobAsk: id, message }, stopImmediatePropagation() {} });
  return { ask, answers, sent };
}

for (const keys of [[], [{ id: "AQ", name: "alice" }]]) {
  const page = frame(keys);
  page.ask("1", { kind: "get", isConditional: true, options: {} });
  await settled();
  assert.equal(page.answers.size, 0, "a page learns whether there are keys");
}
{
  const page = frame([]);
  for (let id = 0; id < 20; id += 1) page.ask(`${id}`, { kind: "status", isConditional: true });
  await settled();
  assert.equal(page.sent.length, 8);
  assert.equal(page.answers.size, 12);
}
{
  const page = frame([]);
  page.ask("1", { kind: "signal", options: {}, ancestors: ["https://other.example"] });
  assert.equal(JSON.stringify(page.sent[0].ancestors), "[]");
  const hidden = frame([], "hidden");
  hidden.ask("1", { kind: "signal", options: {} });
  await settled();
  assert.equal(hidden.sent.length, 0);
  assert.equal(hidden.answers.get("1").fallback, true);
}

// page.js: a browser that is played, and what of a page's wishes comes to the extension.
function page({ get = () => new Promise(() => {}), signal = async () => {} } = {}) {
  const sent = [];
  class CredentialsContainer {
    create() { return "the browser's own"; }
    get(options) { return get(options); }
  }
  const PublicKeyCredential = { signalAllAcceptedCredentials: signal };
  const context = vm.createContext({
    isSecureContext: true, navigator: { credentials: {} }, window: { PublicKeyCredential }, CredentialsContainer,
    PublicKeyCredential, crypto, setTimeout() {}, clearTimeout() {}, btoa, atob, AbortController, AbortSignal, DOMException,
    location: { origin: "https://login.a.example", hostname: "login.a.example" }, addEventListener() {}, postMessage: data => sent.push(data),
  });
  vm.runInContext(source("page.js"), context);
  return { credentials: new CredentialsContainer(), PublicKeyCredential, sent };
}
{
  const challenge = new Uint8Array(4), id = new Uint8Array([1, 2, 3]);
  const wanted = (allowed, each) => ({ publicKey: {
    challenge, allowCredentials: allowed.map(id => ({ type: "public-key", id })),
    extensions: { prf: { evalByCredential: Object.fromEntries(each.map(id => [id, { first: challenge }])) } },
  } });
  const { credentials, sent } = page({ get: () => "the browser's own" });
  // Inputs for a key that is not in the list are a mistake, which the browser tells.
  for (const [allowed, each] of [[[], ["AQID"]], [[id], [""]], [[id], ["AQID", "AQIE"]], [[id], ["AQID=="]]]) {
    assert.equal(await credentials.get(wanted(allowed, each)), "the browser's own");
  }
  const creation = { publicKey: {
    challenge, rp: { name: "A" }, user: { id, name: "a", displayName: "A" }, pubKeyCredParams: [],
    extensions: { prf: { evalByCredential: { AQID: { first: challenge } } } },
  } };
  assert.equal(await credentials.create(creation), "the browser's own");
  assert.equal(sent.length, 0);
  credentials.get(wanted([id], ["AQID"]));
  assert.equal(sent.length, 1);
}
{
  // Without a way of its own a browser gives up on a sign-in that waits; of the site of others it knows more.
  for (const [rpId, wanted] of [
    ["login.a.example", "it waits"], ["a.example", "it waits"], [undefined, "it waits"], ["b.example", "SecurityError"],
    ["n.a.example", "SecurityError"], ["gin.a.example", "SecurityError"], ["x.login.a.example", "SecurityError"],
    ["A.example", "SecurityError"], [".a.example", "SecurityError"], ["", "SecurityError"],
  ]) {
    const { credentials, sent } = page({ get: async () => { throw new DOMException("", "SecurityError"); } });
    let outcome = "it waits";
    credentials.get({ mediation: "conditional", publicKey: { challenge: new Uint8Array(4), rpId } })
      .catch(error => { outcome = error.name; });
    await settled();
    assert.equal(outcome, wanted, rpId);
    assert.equal(sent.length, wanted === "it waits" ? 1 : 0);
  }
}
{
  // What a browser refuses is not put to the owner.
  const details = { rpId: "a.example", userId: "AQ", allAcceptedCredentialIds: [] };
  const refusing = page({ signal: async () => { throw new TypeError("no list"); } });
  await assert.rejects(refusing.PublicKeyCredential.signalAllAcceptedCredentials({ rpId: "a.example", userId: "AQ" }));
  assert.equal(refusing.sent.length, 0);
  const taking = page();
  await taking.PublicKeyCredential.signalAllAcceptedCredentials(details);
  assert.equal(taking.sent.length, 1);
}
