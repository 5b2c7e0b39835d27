// A sheet that is drawn on: the strokes of a finger, a pen or the mouse, as points.

import { label } from "/say.js";

const SIDE = 280;

/** Makes a canvas to be drawn on; `done` gets all strokes whenever one ends. */
export function paper(canvas, done) {
  canvas.width = canvas.height = SIDE;
  canvas.classList.add("draw");
  canvas.setAttribute("role", "img");
  label(canvas, "Draw a digit here; without a pointer, use the buttons below", "在这里写数字；没有指针设备时可用下面的按钮");
  const paint = canvas.getContext("2d");
  let strokes = [], current = null;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * SIDE / box.width, (event.clientY - box.top) * SIDE / box.height];
  };
  const line = (from, to) => {
    paint.lineWidth = 20;
    paint.lineCap = paint.lineJoin = "round";
    paint.strokeStyle = "#1f1b16";
    paint.beginPath();
    paint.moveTo(...from);
    paint.lineTo(...to);
    paint.stroke();
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    current = [at(event)];
    line(current[0], current[0]);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!current || !event.isPrimary) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const move of moves.length > 0 ? moves : [event]) {
      const point = at(move);
      line(current.at(-1), point);
      current.push(point);
    }
  });
  const end = () => {
    if (!current) return;
    if (current.length > 1) strokes.push(current);
    current = null;
    if (strokes.length > 0) done(strokes);
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);

  return {
    clear() {
      strokes = [];
      paint.clearRect(0, 0, SIDE, SIDE);
    },
  };
}
