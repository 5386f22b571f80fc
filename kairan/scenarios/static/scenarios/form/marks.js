// SPDX-License-Identifier: Apache-2.0
// What stands beside a question: whether it must be answered, and what is wrong.

import { make } from "../../design/js/words.js";
import { say } from "./answers.js";

/** The message beside a field, and its tie to the field. */
export function problemLine(form, step, question, text) {
  const line = make("p", { class: "field__error", id: `${form.fieldId(step)}-problem`, role: "alert" });
  line.append(form.icon("error"), text);
  question.field?.setAttribute("aria-invalid", "true");
  question.field?.setAttribute("aria-describedby", line.id);
  return line;
}

export function needMark(form, step) {
  const name = step.required ? "required" : "optional";
  return make("span", { class: `field__need field__need--${name}` }, say(form.data, name));
}
