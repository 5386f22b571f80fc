// SPDX-License-Identifier: Apache-2.0
// Stamps of our own drawing: a round face and a word.

import { svg } from "./dom.js";

const EYES = {
  open: "M34 44v6M62 44v6",
  smile: "M30 48c2-5 7-5 9 0M57 48c2-5 7-5 9 0",
  wide: "M36 42a1 1 0 0 1 0 9a1 1 0 0 1 0-9M60 42a1 1 0 0 1 0 9a1 1 0 0 1 0-9",
  down: "M30 46c2 4 7 4 9 0M57 46c2 4 7 4 9 0",
};
const MOUTHS = {
  smile: "M36 60c6 8 18 8 24 0",
  flat: "M40 63h16",
  open: "M48 58a6 6 0 0 1 0 12a6 6 0 0 1 0-12",
  sad: "M38 67c5-6 15-6 20 0",
};

export const STICKERS = [
  { id: "1988", word: "りょうかい！", colour: "#ffd54f", eyes: "open", mouth: "smile" },
  { id: "1989", word: "ありがとう", colour: "#ffab91", eyes: "smile", mouth: "smile" },
  { id: "1990", word: "おねがいします", colour: "#a5d6a7", eyes: "down", mouth: "flat" },
  { id: "1991", word: "すみません", colour: "#90caf9", eyes: "down", mouth: "sad" },
  { id: "1992", word: "びっくり！", colour: "#ce93d8", eyes: "wide", mouth: "open" },
  { id: "1993", word: "おつかれさま", colour: "#ffe082", eyes: "smile", mouth: "flat" },
];

export function stickerPicture(id) {
  const known = STICKERS.find((one) => one.id === String(id)) || { word: "スタンプ", colour: "#cfd8dc", eyes: "open", mouth: "flat" };
  const lines = { fill: "none", stroke: "#3b2f1e", "stroke-width": 4, "stroke-linecap": "round" };
  return svg(
    "svg",
    { viewBox: "0 0 96 112", role: "img", "aria-label": `スタンプ: ${known.word}` },
    svg("circle", { cx: 48, cy: 50, r: 38, fill: known.colour, stroke: "#3b2f1e", "stroke-width": 3 }),
    svg("path", { d: EYES[known.eyes], ...lines }),
    svg("path", { d: MOUTHS[known.mouth], ...lines }),
    svg("text", { x: 48, y: 107, "text-anchor": "middle", "font-size": 13, "font-weight": 700, fill: "#2a2216", stroke: "#fff", "stroke-width": 3, "paint-order": "stroke" }, known.word),
  );
}
