/* Runs before Streamlit, in any browser: written without anything newer than the oldest of them. */
(function () {
  "use strict";

  /* Browsers too old for Streamlit, or too slow to start it, get words instead of a blank page. */
  var hint = document.getElementById("old-browser");
  function askForAnotherBrowser() { hint.style.display = "block"; }
  function started() {
    var root = document.getElementById("root");
    return root && root.firstChild;
  }
  if (!("noModule" in document.createElement("script")) || !Object.fromEntries || !window.MutationObserver) {
    askForAnotherBrowser();
    return;
  }
  window.addEventListener("error", function (event) {
    if (event.error instanceof SyntaxError && !started()) askForAnotherBrowser();
  });
  setTimeout(function () { if (!started()) askForAnotherBrowser(); }, 30000);

  /* The way in and out leads through the server, which alone can set and delete the cookie. */
  var left = false;
  function leave() {
    var link = document.querySelector('a[data-follow][href^="/auth/"]');
    if (link && !left) { left = true; window.location.replace(link.getAttribute("href")); }
  }

  /* Streamlit's own words are English; those that users meet are said in Chinese (data/catalogue/interface.toml). */
  var said = {/*WORDS*/};
  var attributes = ["aria-label", "aria-roledescription", "placeholder", "title", "alt"];
  function chinese(text) {
    var whole = text.trim();
    if (said.words[whole]) return said.words[whole];
    for (var i = 0; whole.length < 200 && i < said.phrases.length; i += 1) {
      var before = said.phrases[i][0], after = said.phrases[i][1], end = whole.length - after.length;
      if (end > before.length && whole.slice(0, before.length) === before && whole.slice(end) === after) {
        return said.phrases[i][2].replace("{0}", whole.slice(before.length, end));
      }
    }
    return null;
  }
  function sayText(node) {
    var text = /[A-Za-z]{3}/.test(node.data) && chinese(node.data);
    if (text) node.data = text;
  }
  function sayAttributes(element) {
    for (var i = 0; i < attributes.length; i += 1) {
      var value = element.getAttribute(attributes[i]);
      var text = value && /[A-Za-z]{3}/.test(value) && chinese(value);
      if (text) element.setAttribute(attributes[i], text);
    }
  }
  function say(node) {
    if (node.nodeType === Node.TEXT_NODE) { sayText(node); return; }
    if (node.nodeType !== Node.ELEMENT_NODE || node.nodeName === "SCRIPT") return;
    sayAttributes(node);
    for (var child = node.firstChild; child; child = child.nextSibling) say(child);
  }

  /* Between the menu's list and its entries stand sections, which no list may hold: each becomes a list of its own. */
  function divideMenu() {
    var menu = document.querySelector('[data-testid="stSidebarNavItems"]');
    if (!menu) return;
    menu.setAttribute("role", "none");
    for (var part = menu.firstElementChild; part; part = part.nextElementSibling) part.setAttribute("role", "list");
  }
  new MutationObserver(function (changes) {
    for (var i = 0; i < changes.length; i += 1) {
      var change = changes[i];
      if (change.type === "characterData") sayText(change.target);
      else if (change.type === "attributes") sayAttributes(change.target);
      else for (var j = 0; j < change.addedNodes.length; j += 1) say(change.addedNodes[j]);
    }
    leave();
    divideMenu();
    if (hint.style.display === "block" && started()) hint.style.display = "none";
  }).observe(document.documentElement, {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: attributes
  });
})();
