// The window of the toolbar's button: the accounts of the page, and the way to link one.
import { api } from "./host.js";

const part = id => document.getElementById(id);
const ask = popup => api.runtime.sendMessage({ popup });
// Entries that are shown of a search.
const most = 20;

// Tests open it in a tab of its own.
const named = new URLSearchParams(location.search).get("tab");
const tab = named ? Number(named) : (await api.tabs.query({ active: true, currentWindow: true }))[0].id;
let state;

function entry(list, account, actions) {
  const item = list.appendChild(document.createElement("li"));
  item.appendChild(document.createElement("span")).textContent =
    [account.issuer, account.name].filter(Boolean).join(" / ");
  for (const [label, act] of actions) {
    const button = item.appendChild(document.createElement("button"));
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", event => { if (event.isTrusted) act(); });
  }
}

async function put(account) {
  part("told").textContent = "fob is asked.";
  const found = await ask({ kind: "fill", tab, account: account.id });
  if (found.ok && !named) return window.close();
  part("told").textContent = found.ok ? "Done." : `${found.error.text} Copy it instead.`;
}

async function copy(account) {
  part("told").textContent = "fob is asked.";
  const found = await ask({ kind: "code", account: account.id });
  if (found.error) return void (part("told").textContent = found.error.text);
  try {
    await navigator.clipboard.writeText(found.ok.code);
    part("told").textContent = "The code is in the clipboard.";
  } catch {
    part("told").textContent = `The code is ${found.ok.code}`;
  }
}

async function link(account, isLinked) {
  await ask({ kind: "link", tab, origin: state.page, account: account.id, isLinked });
  await show();
}

function search() {
  const words = part("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = one => words.every(word => `${one.issuer} ${one.name}`.toLowerCase().includes(word));
  const found = words.length ? state.accounts.ok.accounts.filter(fits).slice(0, most) : [];
  part("found").replaceChildren();
  for (const account of found) {
    const actions = [["Copy", () => copy(account)]];
    if (state.page && !state.linked.includes(account.id)) actions.unshift(["Link", () => link(account, true)]);
    entry(part("found"), account, actions);
  }
}

async function show() {
  state = await ask({ kind: "state", tab });
  part("page").textContent = state.page ?? "This page gets no codes: it is not https.";
  part("linked").replaceChildren();
  part("search").value = "";
  search();
  const problem = state.accounts.error;
  part("more").hidden = Boolean(problem);
  if (problem) return void (part("told").textContent = `${problem.text}.`);
  part("told").textContent = state.linked.length || !state.page ? "" : "No account is linked to this page yet.";
  for (const id of state.linked) {
    const account = state.accounts.ok.accounts.find(one => one.id === id) ?? { id, issuer: "", name: "an account that is gone" };
    entry(part("linked"), account, [
      ["Fill in", () => put(account)], ["Copy", () => copy(account)], ["Unlink", () => link(account, false)],
    ]);
  }
}

part("search").addEventListener("input", search);
await show();
