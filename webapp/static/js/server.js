// Posting to our own server with the page's CSRF token.
const token = () => document.querySelector('meta[name="csrf-token"]').content;

export function post(url, body, options = {}) {
  return fetch(url, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'X-CSRFToken': token(), Accept: 'application/json' },
    body,
    ...options,
  });
}
