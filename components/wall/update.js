"use strict";
(() => {
  const own = document.documentElement.dataset, wait = (Number(own.poll) || 60) * 1000;
  let arrived = "", asking = false;

  // SHA-256 (FIPS 180-4), because a browser's own is there over https only, and walls often stand in a plain local network.
  const primes = [], fraction = root => (root * 2 ** 32) | 0;
  for (let n = 2; primes.length < 64; n++) if (primes.every(prime => n % prime)) primes.push(n);
  const start = primes.slice(0, 8).map(Math.sqrt).map(fraction), round = primes.map(Math.cbrt).map(fraction);
  const sha256 = bytes => {
    const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6), view = new DataView(padded.buffer);
    padded.set(bytes);
    padded[bytes.length] = 128;
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(padded.length - 4, bytes.length << 3);
    const hash = Int32Array.from(start), words = new Int32Array(64);
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + 4 * i);
      for (let i = 16; i < 64; i++) {
        const a = words[i - 15], b = words[i - 2];
        words[i] = words[i - 16] + words[i - 7]
          + ((a >>> 7 | a << 25) ^ (a >>> 18 | a << 14) ^ a >>> 3) + ((b >>> 17 | b << 15) ^ (b >>> 19 | b << 13) ^ b >>> 10);
      }
      let [a, b, c, d, e, f, g, h] = hash;
      for (let i = 0; i < 64; i++) {
        const one = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + round[i] + words[i];
        const two = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c);
        h = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => { hash[i] += word; });
    }
    return Array.from(hash, word => (word >>> 0).toString(16).padStart(8, "0")).join("");
  };

  const asked = async (address, patience, options) => {
    const giveUp = new AbortController(), timer = setTimeout(() => giveUp.abort(), patience);
    try {
      const answer = await fetch(address, { ...options, signal: giveUp.signal });
      if (!answer.ok) throw new Error(answer.statusText);
      return new Uint8Array(await answer.arrayBuffer());
    } finally {
      clearTimeout(timer);
    }
  };

  // Where a version is found and kept by the browser: what arrived is what is shown, without asking the server again.
  const address = version => {
    const found = new URL(location.href);
    found.searchParams.set("v", version);
    found.hash = "";
    return found.href;
  };

  const take = () => { if (arrived) location.replace(address(arrived)); };

  const look = async () => {
    if (asking) return;
    asking = true;
    try {
      const told = new TextDecoder().decode(await asked("/expo/version", 15000, { cache: "no-store" }));
      const [, version, hash] = /^([0-9a-f]{16}) ([0-9a-f]{64})\s*$/.exec(told) || [];
      if (version === own.version) arrived = "";
      else if (version && version !== arrived && sha256(await asked(address(version), 120000, { cache: "reload" })) === hash) {
        arrived = version;
        if (window.wall) window.wall.onRoundEnd = take;
        else take();
      }
    } catch (silent) {
      // No server, no network, half a page: the wall goes on with what it has, and asks again.
    } finally {
      asking = false;
    }
  };

  setInterval(look, wait);
  if (window.isSecureContext && navigator.serviceWorker)
    navigator.serviceWorker.register("/expo/worker.js", { scope: "/expo" }).catch(() => {});
})();
