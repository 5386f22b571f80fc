// SPDX-License-Identifier: Apache-2.0
// Calls to the simulator. Refusals come as Error with words for people.

async function call(method, path, body) {
  const form = body instanceof FormData;
  const headers = body && !form ? { "content-type": "application/json" } : {};
  const payload = form ? body : body ? JSON.stringify(body) : undefined;
  const response = await fetch(path, { method, headers, body: payload });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || `${response.status}`);
  return answer;
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const patch = (path, body) => call("PATCH", path, body);
export const remove = (path) => call("DELETE", path);
