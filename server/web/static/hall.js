/* Each pane shows a whole screen at its own size, scaled to the room it has. */
function fit(frame) {
  const wide = Number(frame.dataset.wide), high = Number(frame.dataset.high), page = frame.querySelector("iframe");
  const scale = frame.clientWidth / wide;
  page.style.width = `${wide}px`;
  page.style.height = `${high}px`;
  page.style.transform = `scale(${scale})`;
  frame.style.height = `${Math.round(high * scale)}px`;
}

const frames = [...document.querySelectorAll(".frame")];
new ResizeObserver(() => frames.forEach(fit)).observe(document.querySelector(".panes"));
