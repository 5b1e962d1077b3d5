// Plays the scenes: one clock, one loop, animations made once and rewound. Texts of the data are set as text.
(() => {
  "use strict";
  const html = document.documentElement;
  const one = (id) => document.getElementById(id);
  const told = JSON.parse(one("told").textContent);
  const pictures = JSON.parse(one("pictures").textContent);
  for (const image of document.querySelectorAll("img[data-picture]")) image.src = pictures[image.dataset.picture];

  const stage = one("stage");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const MOTIONS = {
    light: [{ opacity: 0.1 }, { opacity: 1 }],
    grow: [{ transform: "scaleX(0)" }, { transform: "scaleX(1)" }],
  };

  const motionsOf = (scene, part) => {
    if (still) return [];
    const inside = (element) => {
      const holder = element.closest("[data-part]");
      return !holder || +holder.dataset.part === part;
    };
    return [...scene.querySelectorAll("[data-motion]")].filter(inside).map((element) => {
      const { motion, delay, lasts } = element.dataset;
      const made = element.animate(MOTIONS[motion], { delay: +delay, duration: +lasts, fill: "backwards", easing: "ease-out" });
      made.cancel();
      return made;
    });
  };

  const scenes = [...stage.querySelectorAll(".scene")];
  const steps = scenes.flatMap((scene, at) =>
    Array.from({ length: +scene.dataset.parts }, (_, part) => ({
      scene, at, part, seconds: +scene.dataset.seconds, motions: motionsOf(scene, part),
      pieces: [...scene.querySelectorAll("[data-part]")],
    })));
  const dots = [...stage.querySelectorAll(".dot")];

  let index = 0;
  let spent = 0;
  let last = 0;
  let visit = null; // a county that was touched: where to come back to, and when
  let quietFor = 0;
  let looping = false;

  const wall = (window.wall = {
    rounds: 0,
    onRoundEnd: null,
    paused: false,
    speed: 1,
    steps: steps.map(({ scene, part }) => ({ scene: scene.dataset.scene, part })),
    get index() { return index; },
    stop() {
      wall.paused = true;
      html.classList.add("stopped");
      for (const motion of steps[index].motions) if (motion.playState === "running") motion.pause();
    },
    play() {
      wall.paused = false;
      html.classList.remove("stopped");
      for (const motion of steps[index].motions) if (motion.playState === "paused") motion.play();
    },
    go(to) {
      leave();
      show(((to % steps.length) + steps.length) % steps.length);
    },
  });

  function show(to) {
    const before = steps[index];
    const now = steps[to];
    for (const motion of before.motions) motion.cancel();
    before.scene.classList.remove("on");
    now.scene.classList.add("on");
    for (const piece of now.pieces) piece.classList.toggle("on", +piece.dataset.part === now.part);
    dots.forEach((dot, at) => {
      dot.classList.toggle("on", at === now.at);
      if (at === now.at) dot.setAttribute("aria-current", "true");
      else dot.removeAttribute("aria-current");
    });
    index = to;
    spent = 0;
    for (const motion of now.motions) {
      motion.updatePlaybackRate(wall.speed);
      motion.play();
      if (wall.paused) motion.finish();
    }
  }

  function next() {
    if (index + 1 < steps.length) return show(index + 1);
    wall.rounds += 1;
    show(0);
    if (wall.onRoundEnd) wall.onRoundEnd();
  }

  // --- a county touched: its story, or its figures, for a while ---

  function open(code) {
    const county = told.counties[code];
    if (!county) return;
    const back = visit ? visit.back : index;
    leave();
    const story = steps.findIndex((step) =>
      step.scene.dataset.scene === "stories" && step.pieces.some((p) => +p.dataset.part === step.part && p.dataset.code === code));
    if (story >= 0) show(story);
    else fill(county);
    visit = { back, left: told.visit };
    html.classList.add("visiting");
    one("back").hidden = false;
    one("back").focus({ preventScroll: true });
  }

  function fill(county) {
    const write = (id, text) => { one(id).textContent = text; };
    const group = told.counties[county.core];
    write("county-name", county.name);
    write("county-place", county.province);
    write("county-tier", county.tier === "core" ? "核心示范县" : `辐射带动县，由${group.name}带动`);
    write("county-goods", [county.brand, county.products].filter(Boolean).join("　"));
    write("county-learned", county.practices.length ? `经验做法：${county.practices.join("；")}` : "");
    [...one("county-figures").children].forEach((cell, at) => {
      cell.children[0].textContent = county.figures[at].name;
      cell.children[1].textContent = county.figures[at].value;
    });
    one("county").hidden = false;
  }

  function leave() {
    if (!visit) return false;
    const { back } = visit;
    visit = null;
    one("county").hidden = true;
    one("back").hidden = true;
    html.classList.remove("visiting");
    show(back);
    return true;
  }

  // --- keyboard, clicker, touch ---

  const toggle = () => (wall.paused ? wall.play() : wall.stop());
  const jump = (at, part) => wall.go(steps.findIndex((step) => step.at === at && step.part === part));
  const turn = (by) => leave() || wall.go(index + by);
  const full = () => (document.fullscreenElement ? document.exitFullscreen() : html.requestFullscreen()).catch(() => {});
  const KEYS = {
    ArrowRight: () => turn(1), PageDown: () => turn(1), ArrowLeft: () => turn(-1), PageUp: () => turn(-1),
    " ": toggle, ".": toggle, Home: () => wall.go(0), End: () => wall.go(steps.length - 1), Escape: leave, f: full,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || html.classList.contains("phone")) return;
    const pressing = event.key === "Enter" || event.key === " ";
    const county = event.target.closest && event.target.closest("[data-county]");
    if (pressing && county) open(county.dataset.county);
    else if (pressing && event.target.closest && event.target.closest("button")) return;
    else if (event.key >= "1" && event.key <= "9") { if (+event.key <= scenes.length) jump(+event.key - 1, 0); }
    else if (KEYS[event.key]) KEYS[event.key]();
    else return;
    event.preventDefault();
  });

  let from = null;
  let swiped = false;
  stage.addEventListener("pointerdown", (event) => { from = [event.clientX, event.clientY]; swiped = false; awake(); });
  stage.addEventListener("pointerup", (event) => {
    if (!from) return;
    const [east, south] = [event.clientX - from[0], event.clientY - from[1]];
    from = null;
    swiped = Math.abs(east) > 60 && Math.abs(east) > 2 * Math.abs(south);
    if (swiped) turn(east < 0 ? 1 : -1);
  });
  stage.addEventListener("click", (event) => {
    const hit = !swiped && event.target.closest("[data-county], [data-step], [data-do], #back");
    if (!hit) return;
    if (hit.id === "back") leave();
    else if (hit.dataset.county) open(hit.dataset.county);
    else if (hit.dataset.step) jump(+hit.dataset.scene, +hit.dataset.step);
    else ({ back: () => turn(-1), on: () => turn(1), toggle })[hit.dataset.do]();
  });
  stage.addEventListener("pointermove", awake);

  function awake() {
    quietFor = 0;
    html.classList.add("awake");
    html.classList.remove("idle");
  }

  // --- the loop ---

  function tick(now) {
    if (html.classList.contains("phone")) { looping = false; return; }
    const passed = Math.min((now - last) / 1000, 1) * wall.speed;
    last = now;
    quietFor += passed;
    if (quietFor > 6 && !html.classList.contains("idle")) { html.classList.add("idle"); html.classList.remove("awake"); }
    if (visit) {
      visit.left -= passed;
      if (visit.left < 0) leave();
    } else if (!wall.paused) {
      spent += passed;
      if (spent >= steps[index].seconds) next();
    }
    requestAnimationFrame(tick);
  }

  const narrow = matchMedia("(max-width: 700px)");
  const asked = new URLSearchParams(location.search).has("phone");
  function settle() {
    html.classList.toggle("phone", asked || narrow.matches);
    if (html.classList.contains("phone") || looping) return;
    looping = true;
    requestAnimationFrame((now) => { last = now; show(index); tick(now); });
  }
  html.classList.add("js");
  narrow.addEventListener("change", settle);
  settle();

  const lit = () => { if (document.visibilityState === "visible" && navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => {}); };
  document.addEventListener("visibilitychange", lit);
  lit();
})();
