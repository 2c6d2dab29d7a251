// What a person sees of a request in the page: that fob asks, keys to choose, and the way to another key. A page can hide it or
// draw one like it; all that can be done here is to choose among one's own keys and to leave fob out, and the question of fob
// itself is elsewhere.
"use strict";
const fobNotice = (() => {
  const style = `
    :host { all: initial; }
    div { position: fixed; top: 16px; right: 16px; z-index: 2147483647; box-sizing: border-box; width: 300px; padding: 14px;
      font: 14px/1.4 system-ui, sans-serif; color: #111; background: #fff; border: 1px solid #888; border-radius: 8px;
      box-shadow: 0 4px 24px #0006; color-scheme: light; }
    p { margin: 0 0 10px; overflow-wrap: anywhere; }
    button { display: block; box-sizing: border-box; width: 100%; margin: 6px 0 0; padding: 7px; font: inherit; color: #111;
      text-align: left; background: #eee; border: 1px solid #999; border-radius: 5px; cursor: pointer; overflow-wrap: anywhere; }
    button:focus-visible { outline: 2px solid #06c; }`;

  /**
   * Shows it, and takes what is shown already away.
   *
   * @param {string} text a sentence
   * @param {[string, () => void][]} choices what buttons say, and what they do when a person has pressed one
   * @returns {() => void} what takes it away
   */
  return (text, choices) => {
    const host = document.createElement("fob-notice");
    const root = host.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    try { root.adoptedStyleSheets = [sheet]; } catch {
      // Firefox keeps sheets of extensions out of the page's roots.
      root.append(Object.assign(document.createElement("style"), { textContent: style }));
    }
    const box = root.appendChild(document.createElement("div"));
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", "fob");
    box.appendChild(document.createElement("p")).textContent = text;
    for (const [label, act] of choices) {
      const button = box.appendChild(document.createElement("button"));
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", event => {
        if (event.isTrusted) act();
      });
    }
    (document.body ?? document.documentElement).append(host);
    // Above what the page has put on top of everything.
    host.popover = "manual";
    host.style.cssText = "all: initial";
    try { host.showPopover(); } catch { /* Too old, or not in the page any more. */ }
    return () => host.remove();
  };
})();
