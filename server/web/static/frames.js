/* Frames that show whole screens at their own proportions: each page has its own size, scaled to the room its frame has. */
function fit(frame) {
  const wide = Number(frame.dataset.wide),
    high = Number(frame.dataset.high),
    page = frame.querySelector("iframe");
  const scale = frame.clientWidth / wide;
  page.style.width = `${wide}px`;
  page.style.height = `${high}px`;
  page.style.transform = `scale(${scale})`;
  frame.style.height = `${Math.round(high * scale)}px`;
}

/** Keep every frame of the page fitted, whatever the window becomes. */
export function fitFrames() {
  const frames = [...document.querySelectorAll(".frame")];
  new ResizeObserver(() => frames.forEach(fit)).observe(document.querySelector(".panes"));
}
