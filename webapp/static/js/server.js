// Posting to our own server with the page's CSRF token.
const token = () => document.querySelector('meta[name="csrf-token"]').content;

export function post(url, body, options = {}) {
  // a chosen file travels once, with the form itself, and not with every check and draft of what is typed beside it
  if (body instanceof FormData) [...body].forEach(([name, value]) => { if (value instanceof File) body.delete(name); });
  return fetch(url, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'X-CSRFToken': token(), Accept: 'application/json' },
    body,
    ...options,
  });
}
