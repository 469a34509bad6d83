// Talking to our own server. Every failure becomes a ServerError whose message can be
// shown to a person as it stands: what happened, and what to do.

export class ServerError extends Error {
  /** @param {string} message Chinese, shown  @param {number} status 0 = not reached  @param {object} [body] */
  constructor(message, status, body = {}) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? '';

async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: 'same-origin', ...options });
  } catch {
    throw new ServerError('连不上服务器。请检查网络，稍后重试；本页内容不会丢失。', 0);
  }
  // A session that has ended answers with a redirect to the login page, status 200.
  if (response.status === 401 || (response.redirected && !isJson(response))) {
    throw new ServerError('登录已过期。请在新标签页重新登录，再回到本页重试；本页内容不会丢失。', 401);
  }
  return response;
}

const isJson = (response) => (response.headers.get('content-type') ?? '').includes('json');

async function readJson(response) {
  const body = isJson(response) ? await response.json().catch(() => ({})) : {};
  if (response.ok) return body;
  throw new ServerError(body.message ?? fallback(response.status), response.status, body);
}

function fallback(status) {
  if (status === 403) return '没有权限进行此操作。如需办理，请联系管理员授权。';
  if (status === 404) return '内容不存在或已被移除。请刷新页面。';
  if (status === 413) return '流程图过大，服务器拒绝接收。';
  return `服务器没有完成这次请求（${status}）。请稍后重试。`;
}

export async function getText(url) {
  const response = await ask(url, {});
  if (!response.ok) throw new ServerError(fallback(response.status), response.status);
  return response.text();
}

export const getJson = async (url) => readJson(await ask(url, { headers: { Accept: 'application/json' } }));

const sending = (method, body) => ({
  method,
  headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': csrfToken() },
  body: JSON.stringify(body),
});

export const sendJson = async (method, url, body) => readJson(await ask(url, sending(method, body)));

/** Sent while the page is being left; nobody is there to read the answer. */
export function leaveJson(method, url) {
  fetch(url, { credentials: 'same-origin', keepalive: true, ...sending(method) }).catch(() => {});
}
