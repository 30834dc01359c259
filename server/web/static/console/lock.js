/* The idle lock: nobody pressed anything for the centre's number of minutes, so the session ends and the page asks for the password again.
   The counter stays as it is. Tabs of one browser share one session, so a press in any of them counts for all. */
const SHELF = "luot.pressed";
const EVERY = 5000;

/** Calls `onIdle` once after `minutes` without a press, while `isOn()`; 0 minutes means never. */
export function watchIdle(minutes, isOn, onIdle) {
  let here = Date.now();
  const pressed = () => {
    const at = Date.now();
    if (at - here > EVERY || !here) {
      try {
        localStorage.setItem(SHELF, String(at));
      } catch {
        /* this tab alone then */
      }
    }
    here = at;
  };
  const last = () => {
    try {
      return Math.max(here, Number(localStorage.getItem(SHELF)) || 0);
    } catch {
      return here;
    }
  };
  for (const event of ["keydown", "pointerdown"]) window.addEventListener(event, pressed, true);
  if (minutes > 0)
    setInterval(() => {
      if (isOn() && Date.now() - last() > minutes * 60000) onIdle();
    }, 1000);
  return { again: pressed };
}
