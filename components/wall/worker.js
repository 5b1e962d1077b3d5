"use strict";
// Keeps the last whole page of the wall and answers with it when the server is gone. Of all addresses only /expo is its own.
const KEPT = "wall", PAGE = "/expo", PATIENCE = 8000;

const hex = buffer => Array.from(new Uint8Array(buffer), byte => byte.toString(16).padStart(2, "0")).join("");

const whole = async (request, options) => {
  const answer = await fetch(request, options), body = await answer.arrayBuffer(), hash = answer.headers.get("X-Content-SHA256");
  if (!answer.ok) throw new Error(answer.statusText);
  const headers = new Headers(answer.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  if (hash) {
    if (hex(await crypto.subtle.digest("SHA-256", body)) !== hash) throw new Error("not whole");
    await (await caches.open(KEPT)).put(PAGE, new Response(body, { headers }));
  }
  return new Response(body, { status: answer.status, headers });
};

const answered = async (event, version) => {
  const kept = await caches.match(PAGE);
  if (kept && version && kept.headers.get("X-Version") === version) return kept;
  const arriving = whole(event.request);
  if (!kept || event.request.mode !== "navigate") return arriving;
  event.waitUntil(arriving.catch(() => {}));
  return Promise.race([arriving.catch(() => kept), new Promise(resolve => setTimeout(resolve, PATIENCE, kept))]);
};

addEventListener("install", event => {
  event.waitUntil(whole(PAGE, { cache: "force-cache" }).catch(() => {}).then(() => skipWaiting()));
});
addEventListener("activate", event => event.waitUntil(clients.claim()));
addEventListener("fetch", event => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin || address.pathname !== PAGE) return;
  event.respondWith(answered(event, address.searchParams.get("v")));
});
